import { seededRandom, thrownText } from '@periplus/prelude'
import { toJson } from '@periplus/api'
import { serialiseCommand } from '@periplus/commands'
import { observedCut } from '@periplus/controller'
import type { Controller, Decision, DecisionRecord } from '@periplus/controller'
import { LogGap } from '@periplus/log'
import type { RecordedEvent } from '@periplus/log'
import type { Cut } from '@periplus/projection'
import { begun } from './cut-at.ts'
import type { FoldableLog } from './cut-at.ts'
import { assumedCutsOf } from './assumed-cuts.ts'

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
  readonly events: number
}

/** Takes a recorded decision again, on a cut that stands at `record.cut`. */
export const decideAgain = (controller: Controller, cut: Cut, record: DecisionRecord): Decision =>
  controller.decide(observedCut(cut, record.observed ?? []), record.key, {
    now: record.now,
    random: seededRandom(record.seed),
    ...(record.refused ? { refused: record.refused } : {}),
    ...(record.inputs ? { inputs: record.inputs } : {}),
  })

const answerOf = (decision: Decision): Pick<DecisionRecord, 'commands' | 'requeueAfter' | 'why'> => ({
  commands: decision.commands.map(serialiseCommand),
  ...(decision.requeueAfter === undefined ? {} : { requeueAfter: decision.requeueAfter }),
  why: decision.why,
})

const sameAnswer = (record: DecisionRecord, again: ReturnType<typeof answerOf>): boolean =>
  toJson([record.commands, record.requeueAfter, record.why]) === toJson([again.commands, again.requeueAfter, again.why])

/**
 * Law 7: takes every recorded decision again where it was taken, from what the log keeps on. The records may come in any order.
 */
export const redecide = async (
  log: FoldableLog,
  records: readonly DecisionRecord[],
  controllers: readonly Controller[],
  signal?: AbortSignal,
): Promise<Replayed> => {
  try {
    return await decidedAgain(log, records, controllers, signal)
  } catch (error) {
    if (!(error instanceof LogGap)) throw error
    const kept = records.filter(({ cut }) => cut >= error.first - 1)
    // One that is damaged does not get better.
    if (kept.length === records.length) throw error
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
  const prospects = assumedCutsOf(records, byName)
  const changed: ChangedDecision[] = []
  const unknown = new Map<string, number>()
  let identical = 0
  let missingPredecessor = 0
  let next = 0
  let events = 0

  const decide = (record: DecisionRecord, cut: Cut): void => {
    const controller = byName.get(record.controller)
    if (!controller) return void unknown.set(record.controller, (unknown.get(record.controller) ?? 0) + 1)
    const base = prospects(record, cut)
    if (!base) return void missingPredecessor++
    try {
      const again = answerOf(decideAgain(controller, base, record))
      if (record.failed === undefined && sameAnswer(record, again)) identical++
      else changed.push({ record, now: again })
    } catch (error) {
      if (record.failed === thrownText(error)) identical++
      else changed.push({ record, now: undefined, error: String(error) })
    }
  }

  const cut = await begun(log, pending[0]?.cut ?? 0)
  /** Decides all that was decided before the event with this sequence. */
  const catchUp = (before: number): void => {
    for (let record = pending[next]; record && record.cut < before; record = pending[++next]) decide(record, cut)
  }

  const last = pending.at(-1)?.cut ?? 0
  for await (const batch of log.range(cut.sequence + 1, last, signal)) {
    events += batch.length
    let applied = 0
    for (let i = 0; i < batch.length; i++) {
      const { sequence } = batch[i] as RecordedEvent
      if ((pending[next]?.cut ?? Infinity) >= sequence) continue
      cut.apply(batch.slice(applied, i))
      applied = i
      catchUp(sequence)
    }
    cut.apply(batch.slice(applied))
  }
  catchUp(Infinity)
  return { decisions: records.length, identical, changed, unknown, missingPredecessor, older: 0, events }
}
