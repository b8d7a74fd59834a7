import { E, seededRandom } from '@periplus/prelude'
import type { Clock } from '@periplus/prelude'
import type { Commands } from '@periplus/commands'
import type { Sequence } from '@periplus/log'
import type { Change, LiveCut } from '@periplus/projection'
import type { CommandOutcome, Controller, Key, RefusedCommand, Watch } from '../controller.ts'
import { workQueue } from '../queue/work-queue.ts'
import type { BackOff, WorkItem } from '../queue/work-queue.ts'
import { itself } from '../watches.ts'
import { ObservingCut } from './observed-cut.ts'
import type { DecisionSink } from './decision-sink.ts'
import { carryOut, newest } from './carry-out.ts'
import type { CarriedOut } from './carry-out.ts'
import { originOf, prospectAfter, recordOf, refusedOf } from './taken.ts'
import type { Prospect, Taken } from './taken.ts'

export interface ControllerEnvironment {
  readonly cut: LiveCut
  readonly commands: Commands
  readonly decisions: DecisionSink
  readonly clock: Clock
  /** A fresh 32-bit seed per decision. */
  readonly newSeed: () => number
  /** Whether this copy may decide now; asked before every round. Absent: always. */
  readonly leads?: () => boolean
  /** A throw in `decide` is a bug; it is reported here and the key retried with back-off. */
  readonly onBug: (controller: string, key: Key, error: unknown) => void
  readonly backOff?: BackOff
  /** Milliseconds of real time, to tell what a decision costs. Absent (in simulations): decisions cost nothing. */
  readonly stopwatch?: () => number
}

export interface RunningController {
  readonly name: string
  /** Keys due now. */
  readonly depth: number
  /** Wakes the controller's starting keys, as at the start; called on becoming the leader. */
  resync(): void
  /** Decides nothing more; resolves when the commands in flight have ended. */
  stop(): Promise<void>
}

/**
 * A key rests this many times as long as its decision took, so that one that a thousand events wake, such as a large ReplicaSet,
 * takes a fifth of the processor at most: what wakes it meanwhile is decided at once.
 */
const restPerCost = 4
const longestRest = 1_000

/** Timers of more than 24.8 days fire at once; looking again too early does no harm. */
const longestWait = 86_400_000

/**
 * Runs a controller: changes wake keys; in rounds, up to `batch` keys are decided on one cut, their commands are executed,
 * and no further decision is taken until the cut contains what was written (law 6). Everything that was decided is recorded.
 */
export const runController = (controller: Controller, environment: ControllerEnvironment): RunningController => {
  const { cut, commands, clock, stopwatch = () => 0 } = environment
  const queue = workQueue(clock, environment.backOff)
  const stopping = new AbortController()
  let round: Promise<void> | undefined
  let count = 0
  /** What ended the last decision on a key, until one goes well. */
  const refusals = new Map<string, RefusedCommand>()
  /** Keys whose decisions are still being told or recorded. */
  const releases = new Set<Promise<void>>()

  const watchesByResource = watchesOf(controller)
  const wake = (changes: readonly Change[]): void => {
    for (const change of changes)
      for (const watch of watchesByResource.get(`${change.event.ref.group}/${change.event.ref.resource}`) ?? [])
        for (const key of watch.keys({ before: change.before?.object(), after: change.after?.object(), change }, cut))
          queue.add(key, { sequence: change.event.sequence, correlationId: change.event.origin.correlationId })
  }

  /** Decides on what a round has come to, and says what that makes of it; `undefined` where it failed. */
  const decide = (item: WorkItem, prospect: Prospect): { taken: Taken; next: Prospect | undefined } | undefined => {
    const seed = environment.newSeed()
    const now = clock.now()
    const id = `${controller.name}.${now.toString(36)}.${seed.toString(36)}.${(count++).toString(36)}`
    const refused = refusals.get(identityOf(item.key))
    try {
      const moment = { now, random: seededRandom(seed), ...(refused ? { refused } : {}) }
      const view = new ObservingCut(prospect.cut)
      const begun = stopwatch()
      const decision = controller.decide(view, item.key, moment)
      const cost = stopwatch() - begun
      const { after } = prospect
      const taken = { id, item, seed, now, at: cut.sequence, after, refused, decision, observed: view.observed, cost }
      return { taken, next: prospectAfter(controller, prospect, taken) }
    } catch (error) {
      environment.onBug(controller.name, item.key, error)
      queue.done(item.key)
      queue.retry(item.key)
      return undefined
    }
  }

  const execute = (taken: Taken): CarriedOut => {
    const origin = originOf(controller, taken, cut)
    return carryOut(taken.decision.commands, async (command, index) => {
      const done = await commands.execute(command, origin, `${taken.id}.${index}`)
      return E.isLeft(done)
        ? { tag: 'Refused', refusal: done.left }
        : { tag: 'Done', sequence: done.right.sequence, changed: done.right.changed }
    })
  }

  const settle = (taken: Taken, outcome: readonly CommandOutcome[]): void => {
    const { item, decision } = taken
    environment.decisions.record(recordOf(controller, taken, outcome))
    const refused = refusedOf(taken, outcome)
    if (refused) {
      refusals.set(identityOf(item.key), refused)
      queue.retry(item.key)
    } else {
      refusals.delete(identityOf(item.key))
      queue.forget(item.key)
      if (decision.requeueAfter !== undefined) queue.addAfter(item.key, Math.min(decision.requeueAfter, longestWait))
    }
  }

  /** Ends the work on a key: its decision is recorded, and the cut contains all of it before the key is decided again. */
  const release = async (
    taken: Taken,
    outcome: Promise<readonly CommandOutcome[]>,
  ): Promise<readonly CommandOutcome[]> => {
    const outcomes = await outcome
    settle(taken, outcomes)
    await reached(newest(outcomes))
    const { item, cost } = taken
    const rest = Math.min(cost * restPerCost, longestRest)
    if (rest < 1) queue.done(item.key)
    else clock.after(rest, () => queue.done(item.key))
    return outcomes
  }
  const reached = (sequence: Sequence): Promise<void> => cut.reached(sequence, stopping.signal).catch(() => undefined)

  const takeRound = (): readonly Taken[] => {
    const round: Taken[] = []
    let prospect: Prospect | undefined = { cut, after: undefined }
    for (const limit = controller.batch ?? 64; prospect && round.length < limit;) {
      const [item] = queue.take(1)
      if (!item) break
      const decided = decide(item, prospect)
      if (!decided) continue
      round.push(decided.taken)
      prospect = decided.next
    }
    return round
  }
  /** What was refused did not come as foreseen, so those that were decided after it are looked at once more. */
  const doubt = (later: readonly Taken[], outcome: readonly CommandOutcome[]): void => {
    if (!controller.foresee || !outcome.some(({ tag }) => tag === 'Refused')) return
    for (const { item } of later) queue.add(item.key)
  }

  const runRound = async (): Promise<void> => {
    const round = takeRound()
    const acts = round.map((one, index) => {
      const { acted, outcome } = execute(one)
      const releasing = release(one, outcome)
        .then(outcomes => doubt(round.slice(index + 1), outcomes))
        .finally(() => releases.delete(releasing))
      releases.add(releasing)
      return acted
    })
    await reached(Math.max(0, ...(await Promise.all(acts))))
  }

  const pump = (): void => {
    if (round || stopping.signal.aborted || queue.depth === 0) return
    if (environment.leads && !environment.leads()) return
    round = runRound().finally(() => {
      round = undefined
      pump()
    })
  }

  const resync = (): void => {
    const all = (): readonly Key[] =>
      cut.entries(controller.primary.group, controller.primary.resource).map(({ ref }) => ref)
    for (const { namespace, name } of controller.startingKeys?.(cut) ?? all()) queue.add({ namespace, name })
    pump()
  }

  queue.onReady(() => queueMicrotask(pump))
  const unsubscribe = cut.subscribe(wake)
  resync()

  return {
    name: controller.name,
    get depth() {
      return queue.depth
    },
    resync,
    stop: async () => {
      unsubscribe()
      queue.close()
      stopping.abort()
      await round
      await Promise.all(releases)
    },
  }
}

const identityOf = (key: Key): string => `${key.namespace}/${key.name}`

const watchesOf = (controller: Controller): ReadonlyMap<string, readonly Watch[]> => {
  const byResource = new Map<string, Watch[]>()
  for (const watch of [itself(controller.primary, controller.wakesItself), ...controller.watches]) {
    const resource = `${watch.kind.group}/${watch.kind.resource}`
    byResource.set(resource, [...(byResource.get(resource) ?? []), watch])
  }
  return byResource
}
