import { E, thrownText } from '@periplus/prelude'
import type { Controller, DecisionRecord } from '@periplus/controller'
import { LogGap } from '@periplus/log'
import type { Cut } from '@periplus/projection'
import { answerOf, decideAgain, isSameAnswer } from './answers.ts'
import { applyPausing } from './apply-pausing.ts'
import { begun, byStretch, horizonsOf } from './cut-at.ts'
import type { FoldableLog } from './cut-at.ts'
import { assumedCutsOf } from './assumed-cuts.ts'
import { beginningOf } from './moment.ts'
import { ForgottenKind, rememberedCut } from './remembered-cut.ts'

/** A decision that the present code takes differently. `now` is absent where it failed to decide. */
export interface ChangedDecision {
  readonly record: DecisionRecord
  readonly now: Pick<DecisionRecord, 'commands' | 'requeueAfter' | 'why'> | undefined
  /** What `decide` threw, where it did. */
  readonly error?: string
}

/** What came of deciding again. */
export interface Replayed {
  readonly decisions: number
  readonly identical: number
  readonly changed: readonly ChangedDecision[]
  /** Decisions of controllers that this build does not have, by name. */
  readonly unknown: ReadonlyMap<string, number>
  /** Decisions that built on one whose record is not kept. */
  readonly missingPredecessor: number
  /** Decisions that were taken before what the log keeps. */
  readonly older: number
  /** Decisions that look at kinds of which the log does not keep that any more, by kind. */
  readonly forgotten: ReadonlyMap<string, number>
  readonly events: number
}

/**
 * Law 7: takes every recorded decision again where it was taken, from what the log keeps on. The records may come in any order.
 */
export const redecide = async (
  log: FoldableLog,
  records: readonly DecisionRecord[],
  controllers: readonly Controller[],
  signal?: AbortSignal,
): Promise<Replayed> => {
  const bounds = await log.bounds()
  const beginning = E.isRight(bounds) ? beginningOf(bounds.right) : 0
  const young = records.filter(({ cut }) => cut >= beginning)
  const older = records.length - young.length
  try {
    return { ...(await decidedAgain(log, young, controllers, signal)), older }
  } catch (error) {
    if (!(error instanceof LogGap)) throw error
    const kept = young.filter(({ cut }) => cut >= error.first - 1)
    // One that is damaged does not get better.
    if (kept.length === young.length) throw error
    return { ...(await decidedAgain(log, kept, controllers, signal)), older: records.length - kept.length }
  }
}

/**
 * Folds the log from the nearest snapshot before the first decision. Throws `LogGap` where there is none, and the log no longer has its beginning.
 */
const decidedAgain = async (
  log: FoldableLog,
  records: readonly DecisionRecord[],
  controllers: readonly Controller[],
  signal?: AbortSignal,
): Promise<Replayed> => {
  const byName = new Map(controllers.map(controller => [controller.name, controller]))
  const pending = [...records].sort((a, b) => a.cut - b.cut)
  const prospects = assumedCutsOf(new Map(records.map(record => [record.id, record])), byName)
  const changed: ChangedDecision[] = []
  const unknown = new Map<string, number>()
  let identical = 0
  const forgotten = new Map<string, number>()
  const horizons = await horizonsOf(log)
  let missingPredecessor = 0
  let next = 0
  let events = 0

  const decide = (record: DecisionRecord, whole: Cut): void => {
    const cut = rememberedCut(whole, horizons, record.cut)
    const controller = byName.get(record.controller)
    if (!controller) return void unknown.set(record.controller, (unknown.get(record.controller) ?? 0) + 1)
    try {
      const base = prospects(record, cut)
      if (!base) return void missingPredecessor++
      const again = answerOf(decideAgain(controller, base, record))
      if (isSameAnswer(record, again)) identical++
      else changed.push({ record, now: again })
    } catch (error) {
      if (error instanceof ForgottenKind) return void forgotten.set(error.kind, (forgotten.get(error.kind) ?? 0) + 1)
      if (record.failed === thrownText(error)) identical++
      else changed.push({ record, now: undefined, error: String(error) })
    }
  }

  const along = async (first: number, last: number): Promise<void> => {
    const cut = await begun(log, first)
    /** Decides all that was decided before the event with this sequence. */
    const catchUp = (before: number): void => {
      for (let record = pending[next]; record && record.cut < before; record = pending[++next]) decide(record, cut)
    }
    for await (const batch of log.range(cut.sequence + 1, last, signal)) {
      events += batch.length
      applyPausing(cut, batch, () => pending[next]?.cut ?? Infinity, catchUp)
    }
    catchUp(last + 1)
  }
  const cuts = pending.map(({ cut }) => cut)
  for (const part of byStretch(horizons, cuts)) await along(part[0] ?? 0, part.at(-1) ?? 0)
  return { decisions: records.length, identical, changed, unknown, missingPredecessor, older: 0, forgotten, events }
}
