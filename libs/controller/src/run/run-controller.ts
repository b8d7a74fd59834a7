import { setMaxListeners } from 'node:events'
import { E, thrownText } from '@periplus/prelude'
import type { Clock, Turn } from '@periplus/prelude'
import type { Command, Commands } from '@periplus/commands'
import type { Sequence } from '@periplus/log'
import type { Change, LiveCut } from '@periplus/projection'
import type { CommandOutcome, Controller, Key, RefusedCommand } from '../controller.ts'
import { workQueue } from '../queue/work-queue.ts'
import type { BackOff } from '../queue/work-queue.ts'
import type { DecisionSink } from './decision-sink.ts'
import { eachForItself } from './decision-pace.ts'
import type { DecisionPace } from './decision-pace.ts'
import { decideKeys } from './decide-key.ts'
import { carryOut, newest } from './carry-out.ts'
import type { CarriedOut } from './carry-out.ts'
import { failureWords } from './failure.ts'
import { originOf, originOfMissed, recordOf, refusedOf } from './decision-in-flight.ts'
import { assumedWindow } from './assumed-window.ts'
import type { AssumedCut, DecisionInFlight } from './decision-in-flight.ts'
import { waking } from './wake.ts'

/** What a controller runs with. */
export interface ControllerEnvironment {
  readonly cut: LiveCut
  readonly commands: Commands
  readonly decisions: DecisionSink
  readonly clock: Clock
  /** A fresh 32-bit seed per decision. */
  readonly newSeed: () => number
  /** Whether this copy may decide now; asked before every round. Absent: always. */
  readonly leads?: () => boolean
  /**
   * A throw of the controller's is a bug; it is reported here with the key that it is about (an empty one where that is none), the
   * key rests for its back-off, people are told by an Event and a condition, and other keys go on.
   */
  readonly onBug: (controller: string, key: Key, error: unknown) => void
  readonly backOff?: BackOff
  /** Milliseconds of real time, to tell what a decision costs. Absent (in simulations): decisions cost nothing. */
  readonly stopwatch?: () => number
  /** Shared by controllers that may not take more than their part of a processor together. Absent: each key has its own part. */
  readonly pace?: DecisionPace
  /** A round ends when it is over, and the next waits until others had theirs. Absent (in simulations): rounds are as long as they may. */
  readonly turn?: Turn
}

/** A controller at work. */
export interface RunningController {
  readonly name: string
  /** Keys due now. */
  readonly depth: number
  /** Wakes the controller's starting keys, as at the start; called on becoming the leader. */
  resync(): void
  /** Goes on with the keys that are due; called when this copy leads again and no other did meanwhile. */
  proceed(): void
  /** Decides nothing more; resolves when the commands in flight have ended. */
  stop(): Promise<void>
}

/** Looking again too early does no harm. */
const longestWait = 86_400_000

/**
 * Runs a controller: changes wake keys; in rounds, up to `batch` keys are decided on one cut, their commands are executed,
 * and no further decision is taken until the cut contains what was written (law 6), or on that as it will be, where the controller can
 * tell (`assume`). Everything that was decided is recorded.
 */
export const runController = (controller: Controller, environment: ControllerEnvironment): RunningController => {
  const { cut, commands, clock, stopwatch = () => 0, newSeed, pace = eachForItself, turn } = environment
  const onBug = (key: Key, error: unknown): void => environment.onBug(controller.name, key, error)
  const rankOf = (key: Key): number => {
    try {
      return controller.rank?.(cut, key) ?? 0
    } catch (error) {
      onBug(key, error)
      return 0
    }
  }
  const queue = workQueue(clock, environment.backOff, rankOf)
  const stopping = new AbortController()
  // Every key that waits for the cut listens.
  setMaxListeners(0, stopping.signal)
  let round: Promise<void> | undefined
  /** What ended the last decision on a key, until one goes well. */
  const refusals = new Map<string, RefusedCommand>()
  /** Keys whose decisions are still being told or recorded. */
  const releases = new Set<Promise<void>>()
  const underWay = assumedWindow(cut, controller)
  const decide = decideKeys(controller, { clock, newSeed, stopwatch, onBug })
  const words = failureWords(controller)

  /** A change whose watch threw: told by the copy that decides, while the others only look at everything again, too. */
  const sayMissed = async (change: Change, error: unknown): Promise<void> => {
    const object = (change.after ?? change.before)?.object()
    if (!object || (environment.leads && !environment.leads())) return
    const [said] = words.missed(cut, object, thrownText(error), clock.now())
    if (said)
      await commands.execute(
        said,
        originOfMissed(controller, change),
        `${controller.name}.missed.${change.event.sequence}`,
      )
  }
  const onMissed = (change: Change, error: unknown): void =>
    void sayMissed(change, error).catch((failed: unknown) => onBug(change.event.ref, failed))
  const wake = waking(controller, { cut, clock, queue, onBug, onMissed })

  const executeOne = async (taken: DecisionInFlight, command: Command, id: string): Promise<CommandOutcome> => {
    try {
      const done = await commands.execute(command, originOf(controller, taken, cut), id)
      return E.isLeft(done)
        ? { tag: 'Refused', refusal: done.left }
        : { tag: 'Done', sequence: done.right.sequence, changed: done.right.changed }
    } catch (error) {
      onBug(taken.item.key, error)
      return { tag: 'Refused', refusal: { tag: 'InternalError', message: thrownText(error) } }
    }
  }
  const execute = (taken: DecisionInFlight): CarriedOut =>
    carryOut(taken.decision.commands, (command, index) => executeOne(taken, command, `${taken.id}.${index}`))

  const reached = (sequence: Sequence): Promise<void> => cut.reached(sequence, stopping.signal).catch(() => undefined)

  /** Commands beside those of the decision, of which nothing but their being told depends. */
  const say = async (taken: DecisionInFlight, said: readonly Command[]): Promise<void> => {
    if (said.length === 0) return
    const outcomes: CommandOutcome[] = []
    for (const [index, command] of said.entries())
      outcomes.push(await executeOne(taken, command, `${taken.id}.failure.${index}`))
    await reached(newest(outcomes))
  }

  /** The key keeps away from all else for its back-off; people are told at its first failure, then at every power of two. */
  const fail = async (taken: DecisionInFlight, what: string): Promise<void> => {
    const { key } = taken.item
    const failures = queue.failures(key)
    queue.rest(key)
    if ((failures & (failures - 1)) === 0) await say(taken, words.failed(cut, key, what, clock.now()))
  }

  const rest = ({ item, cost }: DecisionInFlight): void => {
    const milliseconds = pace.restAfter(cost)
    if (milliseconds === 0) queue.done(item.key)
    else clock.after(milliseconds, () => queue.done(item.key))
  }

  /** Ends the work on a key: its decision is recorded, and the cut contains all of it before the key is decided again. */
  const settle = async (taken: DecisionInFlight, outcomes: readonly CommandOutcome[]): Promise<void> => {
    const { item, decision } = taken
    environment.decisions.record(recordOf(controller, taken, outcomes))
    const refused = refusedOf(taken, outcomes)
    if (refused) refusals.set(identityOf(item.key), refused)
    const failure = taken.failed ?? (refused?.refusal.tag === 'InternalError' ? refused.refusal.message : undefined)
    if (failure !== undefined) return fail(taken, failure)
    if (refused) queue.retry(item.key)
    else {
      refusals.delete(identityOf(item.key))
      queue.forget(item.key)
      if (decision.requeueAfter !== undefined) queue.addAfter(item.key, Math.min(decision.requeueAfter, longestWait))
      await say(taken, words.recovered(cut, item.key))
    }
    await reached(newest(outcomes))
    rest(taken)
  }
  const release = async (taken: DecisionInFlight, outcome: CarriedOut['outcome']): Promise<void> =>
    settle(taken, await outcome).catch((error: unknown) => {
      onBug(taken.item.key, error)
      queue.rest(taken.item.key)
    })

  const takeRound = (): readonly DecisionInFlight[] => {
    const round: DecisionInFlight[] = []
    let base: AssumedCut | undefined = underWay.base()
    for (const limit = controller.batch ?? 64; base && round.length < limit && !underWay.isFull;) {
      if (round.length > 0 && turn?.isOver()) break
      const [item] = queue.take(1)
      if (!item) break
      const decided = decide(item, cut.sequence, base, refusals.get(identityOf(item.key)))
      round.push(decided.taken)
      if (controller.assume) underWay.add(decided.taken)
      base = decided.next
    }
    return round
  }
  /** Resolves when the cut has what the decision did. What was refused did not come as assumed: those taken after it are looked at once more. */
  const arrive = async (taken: DecisionInFlight, acted: CarriedOut['acted']): Promise<void> => {
    const came = await acted
    underWay.acted(taken, came)
    await reached(came.sequence)
    const later = controller.assume ? underWay.arrived(taken) : []
    if (came.refused) for (const { item } of later) queue.add(item.key)
  }

  const runRound = async (): Promise<void> => {
    if (turn?.isOver()) await turn.next()
    const round = takeRound()
    const arrivals = round.map(one => {
      const { acted, outcome } = execute(one)
      const releasing = release(one, outcome).finally(() => releases.delete(releasing))
      releases.add(releasing)
      return arrive(one, acted)
    })
    if (!controller.assume) await Promise.all(arrivals)
    else if (round.length === 0 || underWay.isFull) await underWay.nextArrival
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
    wake.all()
    pump()
  }

  queue.onReady(() => queueMicrotask(pump))
  const unsubscribe = cut.subscribe(wake.changed)
  resync()

  return {
    name: controller.name,
    get depth() {
      return queue.depth
    },
    resync,
    proceed: pump,
    stop: async () => {
      unsubscribe()
      wake.stop()
      queue.close()
      stopping.abort()
      await round
      await Promise.all(releases)
    },
  }
}

const identityOf = (key: Key): string => `${key.namespace}/${key.name}`
