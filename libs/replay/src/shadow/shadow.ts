import type { Clock } from '@periplus/prelude'
import { toJson } from '@periplus/api'
import type { Controller, DecisionRecord } from '@periplus/controller'
import type { EventBatch, Sequence } from '@periplus/log'
import type { MutableCut } from '@periplus/projection'
import { answerAgain, asksTheSame, isSameAnswer } from '../answers.ts'
import type { Answer } from '../answers.ts'
import { applyPausing } from '../apply-pausing.ts'
import { assumedCutsOf } from '../assumed-cuts.ts'
import type { ShadowDifference } from './difference.ts'
import { wokenKeys } from './woken-keys.ts'

/** What came of the live controllers' decisions, each of which stands in one number, and of keys that they have not looked at. */
export interface ShadowCounts {
  readonly same: number
  /** They ask for the same, in other words. */
  readonly reworded: number
  readonly different: number
  /** Decisions of the shadow about keys that the live ones left alone. */
  readonly alone: number
  /** They were recorded when the shadow's cut had gone by. */
  readonly late: number
  /** They build on one that is not recorded yet. */
  readonly missingPredecessor: number
  /** Of controllers that are not built in here, by name. */
  readonly unknown: Readonly<Record<string, number>>
}

/** What a shadow is of. */
export interface ShadowConfig {
  /** Where it begins; nobody else applies anything to it. */
  readonly cut: MutableCut
  readonly controllers: readonly Controller[]
  /** Of whose decisions nothing is said, by name. */
  readonly ignored?: ReadonlySet<string>
  readonly clock: Clock
  readonly newSeed: () => number
  readonly tell: (difference: ShadowDifference) => void
  readonly onBug: (error: unknown) => void
}

/**
 * Controllers that decide beside those that run: each decision of theirs again, on the cut, at the time and with the seed that it was taken
 * with, so that what differs is the code; and what their own watches wake, where the others leave it alone. Nothing is written.
 */
export interface Shadow {
  readonly sequence: Sequence
  readonly counts: ShadowCounts
  /** A decision of the live ones, of any cut. */
  recorded(record: DecisionRecord): void
  /** What follows in the log. */
  apply(batch: EventBatch): void
  /** Decides about what was woken longer ago than so many milliseconds. */
  decideAlone(patience: number): void
  stop(): void
}

/** Takes its state from the cut as it stands: what was decided before is none of its business. */
export const shadowOf = (config: ShadowConfig): Shadow => {
  const { cut, controllers, ignored, clock, newSeed, tell } = config
  const begin = cut.sequence
  const byName = new Map(controllers.map(controller => [controller.name, controller]))
  const woken = wokenKeys(controllers, config)
  const counts = { same: 0, reworded: 0, different: 0, alone: 0, late: 0, missingPredecessor: 0 }
  const unknown: Record<string, number> = {}
  /** By the cut that they were taken on; those that were under way then are found by their ids. */
  let pending: DecisionRecord[] = []
  /** Decided by now, and still kept. */
  const passed: string[] = []
  const kept = new Map<string, DecisionRecord>()
  const assumed = assumedCutsOf(kept, byName)
  /** By key: what was told of it, while the live ones leave it alone. */
  const toldAlone = new Map<string, string>()
  let applied = begin

  const told = (record: DecisionRecord, shadow?: Answer): void => {
    const { id, controller, key, now, commands, requeueAfter, why, failed } = record
    counts.different++
    const live = { id, commands, ...(requeueAfter === undefined ? {} : { requeueAfter }), why }
    tell({
      ...{ controller, key, cut: record.cut, now, live: { ...live, ...(failed === undefined ? {} : { failed }) } },
      ...(shadow ? { shadow } : {}),
    })
  }
  const decide = (controller: Controller, record: DecisionRecord): void => {
    const wasWoken = woken.decided(controller.name, record.key)
    toldAlone.delete(identityOf(record))
    const isWoken = wasWoken || !record.triggers.some(sequence => sequence > begin)
    if (!isWoken && record.commands.length > 0) return told(record)
    const base = assumed(record, cut)
    if (!base) return void counts.missingPredecessor++
    const answer = answerAgain(controller, base, record)
    if (isSameAnswer(record, answer)) counts.same++
    else if (asksTheSame(record, answer)) counts.reworded++
    else told(record, answer)
  }
  const decideBefore = (end: Sequence): void => {
    const due = pending.filter(record => record.cut < end)
    pending = pending.slice(due.length)
    for (const record of due) {
      const controller = byName.get(record.controller)
      if (controller) decide(controller, record)
      else unknown[record.controller] = (unknown[record.controller] ?? 0) + 1
    }
    passed.push(...due.filter(({ controller }) => byName.get(controller)?.assume).map(({ id }) => id))
    for (const { id, controller } of due) if (!byName.get(controller)?.assume) kept.delete(id)
    for (const id of passed.splice(0, Math.max(0, passed.length - keptBehind))) kept.delete(id)
  }

  return {
    get sequence() {
      return cut.sequence
    },
    get counts() {
      return { ...counts, unknown: { ...unknown } }
    },
    recorded: record => {
      if (record.cut < begin || ignored?.has(record.controller)) return
      if (record.cut < applied) {
        woken.decided(record.controller, record.key)
        counts.late++
        return
      }
      const place = pending.findLastIndex(({ cut: at }) => at <= record.cut) + 1
      pending.splice(place, 0, record)
      kept.set(record.id, record)
    },
    apply: batch => {
      applyPausing(cut, batch, () => pending[0]?.cut ?? Infinity, decideBefore)
      applied = batch.at(-1)?.sequence ?? applied
    },
    decideAlone: patience => {
      decideBefore(cut.sequence + 1)
      for (const { controller, key } of woken.takeBefore(clock.now() - patience)) {
        const [now, { name, inputs }] = [clock.now(), controller]
        const answer = answerAgain(controller, cut, { key, now, seed: newSeed(), ...(inputs ? { inputs } : {}) })
        if (answer.requeueAfter !== undefined) woken.wake({ controller, key, at: now + answer.requeueAfter - patience })
        const [identity, text] = [identityOf({ controller: name, key }), toJson(answer)]
        if ((answer.commands.length === 0 && answer.failed === undefined) || toldAlone.get(identity) === text) continue
        toldAlone.set(identity, text)
        counts.alone++
        tell({ controller: name, key, cut: cut.sequence, now, shadow: answer })
      }
    },
    stop: woken.stop,
  }
}

/** More than ever are under way at once, in how many copies soever one after the other: those are built on at later cuts. */
const keptBehind = 1_024

const identityOf = ({ controller, key }: Pick<DecisionRecord, 'controller' | 'key'>): string =>
  `${controller} ${key.namespace}/${key.name}`
