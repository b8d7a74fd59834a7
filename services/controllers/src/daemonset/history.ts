import { refOf } from '@periplus/api'
import type { Stored } from '@periplus/api'
import type { Command } from '@periplus/commands'
import { ControllerRevision, DaemonSet, Pod } from '@periplus/kinds'
import type { Cut } from '@periplus/projection'
import {
  forget,
  inOrder,
  newRevision,
  nextNumber,
  recordsInEffect,
  recordsOf,
  renumber,
  revisionLabel,
} from '../history/revisions.ts'

/** The revisions of a DaemonSet, with what puts them in order. */
export interface DaemonHistory {
  /** Of the revision that the template is: the label of pods that are up to date. */
  readonly hash: string
  readonly old: readonly Stored<ControllerRevision>[]
  readonly collisionCount: number | undefined
  /** Pods are given another hash: what they are is clear only then. */
  readonly relabels: boolean
  readonly commands: readonly Command[]
}

const hashOf = ({ metadata }: Stored<ControllerRevision>): string => metadata.labels?.[revisionLabel] ?? metadata.name

/** Finds the revision of the template among the claimed ones, gives it the highest number, or makes it. */
export const daemonHistory = (
  cut: Cut,
  set: Stored<DaemonSet>,
  claimed: readonly Stored<ControllerRevision>[],
  pods: readonly Stored<Pod>[],
): DaemonHistory => {
  const template = set.spec?.template
  const revisions = inOrder(claimed)
  const records = recordsOf(template)
  const recorded = revisions.filter(records)
  const matching = recorded.length > 0 ? recorded : revisions.slice(-1).filter(last => recordsInEffect(last, template))
  const old = revisions.filter(revision => !matching.includes(revision))
  const number = nextNumber(old)
  const { collisionCount } = set.status ?? {}
  const current = matching.at(-1)
  if (!current) {
    const made = newRevision(cut, { kind: DaemonSet, object: set, template }, number, collisionCount ?? 0)
    return {
      hash: made.revision.metadata?.labels?.[revisionLabel] ?? '',
      old,
      collisionCount: made.collisionCount === 0 ? collisionCount : made.collisionCount,
      relabels: false,
      commands: [{ verb: 'create', kind: ControllerRevision, object: made.revision }],
    }
  }
  const hash = hashOf(current)
  const doubles = matching.slice(0, -1)
  const relabelled = pods.filter(pod => doubles.some(double => isOf(pod, double)))
  return {
    hash,
    old,
    collisionCount,
    relabels: relabelled.length > 0,
    commands: [
      ...(current.revision < number ? [renumber(current, number)] : []),
      ...relabelled.map(pod => relabel(pod, hash)),
      ...doubles.map(forget),
    ],
  }
}

const isOf = (pod: Stored<Pod>, revision: Stored<ControllerRevision>): boolean =>
  pod.metadata.labels?.[revisionLabel] === hashOf(revision)

const relabel = ({ metadata }: Stored<Pod>, hash: string): Command => ({
  verb: 'patch',
  kind: Pod,
  ref: refOf(Pod, metadata.namespace ?? '', metadata.name),
  patch: { type: 'merge', body: { metadata: { uid: metadata.uid, labels: { [revisionLabel]: hash } } } },
})

/** The oldest revisions that no pod is of, as many as there are too many; the current one does not count. */
export const expiredRevisions = (
  { old }: DaemonHistory,
  set: Stored<DaemonSet>,
  pods: readonly Stored<Pod>[],
): readonly Command[] => {
  const surplus = Math.max(0, old.length - (set.spec?.revisionHistoryLimit ?? 10))
  return old
    .filter(revision => !pods.some(pod => isOf(pod, revision)))
    .slice(0, surplus)
    .map(forget)
}
