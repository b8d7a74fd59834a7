import type { Stored } from '@periplus/api'
import type { Command } from '@periplus/commands'
import { ControllerRevision, StatefulSet } from '@periplus/kinds'
import type { PodTemplateSpec } from '@periplus/kinds'
import type { Cut } from '@periplus/projection'
import {
  forget,
  inOrder,
  newRevision,
  nextNumber,
  recordsOf,
  recordsInEffect,
  renumber,
  templateOf,
} from '../history/revisions.ts'

/** A revision as pods are made from it. */
export interface SetRevision {
  readonly name: string
  readonly template: PodTemplateSpec | undefined
}

/** Where the set comes from and where it goes, with what puts its revisions in order. */
export interface SetHistory {
  readonly current: SetRevision
  readonly update: SetRevision
  readonly revisions: readonly Stored<ControllerRevision>[]
  readonly collisionCount: number
  readonly commands: readonly Command[]
}

export const setHistory = (
  cut: Cut,
  set: Stored<StatefulSet>,
  claimed: readonly Stored<ControllerRevision>[],
): SetHistory => {
  const revisions = inOrder(claimed)
  const template = set.spec?.template
  const { currentRevision, collisionCount = 0 } = set.status ?? {}
  const found = updateOf(cut, set, revisions, collisionCount)
  const before = revisions.find(({ metadata }) => metadata.name === currentRevision)
  const update = { name: found.name, template }
  return {
    current:
      before && before.metadata.name !== found.name
        ? { name: before.metadata.name, template: templateOf(before) ?? template }
        : update,
    update,
    revisions,
    collisionCount: found.collisionCount,
    commands: found.commands,
  }
}

interface Found {
  readonly name: string
  readonly collisionCount: number
  readonly commands: readonly Command[]
}

/** The newest revision where it records the template, an older one that does, which becomes the newest, or one that is made. */
const updateOf = (
  cut: Cut,
  set: Stored<StatefulSet>,
  revisions: readonly Stored<ControllerRevision>[],
  collisionCount: number,
): Found => {
  const template = set.spec?.template
  const last = revisions.at(-1)
  const equal = revisions.findLast(recordsOf(template))
  if (last && (equal === last || (!equal && recordsInEffect(last, template))))
    return { name: last.metadata.name, collisionCount, commands: [] }
  const number = nextNumber(revisions)
  if (equal) return { name: equal.metadata.name, collisionCount, commands: [renumber(equal, number)] }
  const made = newRevision(cut, { kind: StatefulSet, object: set, template }, number, collisionCount)
  return {
    name: made.revision.metadata?.name ?? '',
    collisionCount: made.collisionCount,
    commands: [{ verb: 'create', kind: ControllerRevision, object: made.revision }],
  }
}

/** The oldest revisions that are neither current nor any pod's, as many as there are more than the limit. */
export const expiredRevisions = (
  { revisions, current, update }: SetHistory,
  set: Stored<StatefulSet>,
  revisionsOfPods: readonly (string | undefined)[],
): readonly Command[] => {
  const live = new Set([current.name, update.name, ...revisionsOfPods])
  const past = revisions.filter(({ metadata }) => !live.has(metadata.name))
  const limit = set.spec?.revisionHistoryLimit ?? 10
  return limit < 0 ? [] : past.slice(0, Math.max(0, past.length - limit)).map(forget)
}
