import { E, seededRandom, virtualClock } from '@periplus/prelude'
import type { Either, Random, VirtualClock } from '@periplus/prelude'
import type { Refusal } from '@periplus/api'
import { memoryEventLog } from '@periplus/log'
import type { EventLog, MemoryEventLog } from '@periplus/log'
import { mutableCut } from '@periplus/projection'
import type { Cut, LiveCut } from '@periplus/projection'
import type { Command, Commands, Outcome } from '@periplus/commands'
import type { Controller, DecisionRecord, Key } from '../controller.ts'
import { memoryDecisions } from '../run/decision-sink.ts'
import type { Faults } from './faults.ts'
import { noFaults } from './faults.ts'
import { simulatedProcess } from './simulated-process.ts'

/** What a simulation is made of. */
export interface SimulationConfig {
  readonly seed: number
  /** Which controllers each process hosts. */
  readonly processes: readonly (readonly Controller[])[]
  readonly faults: Faults
  /** The write path of one process, on its cut and its log; must draw time and ids from what it is given only. */
  readonly commandsOf: (cut: LiveCut, log: EventLog, clock: VirtualClock, random: Random) => Commands
  /** Told of throws in decisions. Absent: the first of them is thrown by whatever the simulation was asked to do. */
  readonly onBug?: (controller: string, key: Key, error: unknown) => void
  /** Milliseconds since the epoch at which virtual time begins. */
  readonly start?: number
}

/** A cluster in memory, on virtual time. */
export interface Simulation {
  readonly clock: VirtualClock
  readonly log: MemoryEventLog
  /** The truth: the state at the log's head. */
  readonly cut: Cut
  readonly decisions: readonly DecisionRecord[]
  readonly random: Random
  /** A person's command: never crashes, never stale. A refusal is thrown, since a scenario's commands must be right. */
  user(command: Command): Promise<Outcome>
  /** Commands of many people at once, which may get into each other's way; refusals are answers. */
  users(commands: readonly Command[]): Promise<readonly Either<Refusal, Outcome>[]>
  /** Lets virtual time pass, doing all that falls due. */
  run(milliseconds: number): Promise<void>
  /** From now on nothing goes wrong; what went wrong before stays. */
  heal(): void
}

/** Turns of the event loop without an event, after which nothing but time is waited for. */
const idleTurns = 20

/** Everything that can happen without time passing has happened when a macrotask's turn comes. */
const settle = (): Promise<void> => new Promise(resolve => setImmediate(resolve))

/**
 * A cluster in one process and no real time: the controllers of the product over the in-memory log, with processes that
 * crash between writes, decide on stale cuts and receive events twice. The same seed gives the same run, event by event.
 */
export const simulate = (config: SimulationConfig): Simulation => {
  const random = seededRandom(config.seed)
  const clock = virtualClock(config.start ?? Date.UTC(2025, 0, 1))
  const log = memoryEventLog()
  const truth = mutableCut()
  const decisions = memoryDecisions()
  const bugs: Error[] = []
  let faults = config.faults
  const keep = (controller: string, key: Key, error: unknown): void =>
    void bugs.push(new Error(`${controller} failed to decide ${key.namespace}/${key.name}`, { cause: error }))

  const processes = config.processes.map(controllers =>
    simulatedProcess({
      log,
      clock,
      random,
      faults: () => faults,
      controllers,
      decisions,
      commandsOf: (cut, fallible) => config.commandsOf(cut, fallible, clock, random),
      onBug: config.onBug ?? keep,
    }),
  )
  const commands = config.commandsOf(truth, log, clock, random)
  let commandCount = 0

  const deliver = (): void => {
    const events = log.slice(truth.sequence + 1)
    if (events.length === 0) return
    truth.apply(events)
    for (const process of processes) process.deliver(events)
  }

  const quiesce = async (): Promise<void> => {
    do {
      deliver()
      await settle()
      const [bug] = bugs
      if (bug) throw bug
    } while (log.slice(truth.sequence + 1).length > 0)
  }

  const execute = (command: Command): Promise<Either<Refusal, Outcome>> => {
    const id = `user.${commandCount++}`
    return commands.execute(
      command,
      { actor: 'user:someone', component: 'simulation', causes: [], correlationId: id },
      id,
    )
  }

  return {
    clock,
    log,
    cut: truth,
    decisions: decisions.records,
    random,
    heal: () => {
      faults = noFaults
    },
    user: async command => {
      const done = await execute(command)
      if (E.isLeft(done)) throw new Error(`refused: ${JSON.stringify(done.left)}`)
      await quiesce()
      return done.right
    },
    users: async given => {
      let underWay = true
      const all = Promise.all(given.map(execute)).finally(() => (underWay = false))
      // One may wait for what another has written, or for time.
      for (let idle = 0; underWay; idle++) {
        if (log.slice(truth.sequence + 1).length > 0) idle = 0
        deliver()
        await settle()
        const next = clock.next()
        if (idle >= idleTurns && next !== undefined) clock.advance(next - clock.now())
      }
      const outcomes = await all
      await quiesce()
      return outcomes
    },
    run: async milliseconds => {
      const end = clock.now() + milliseconds
      await quiesce()
      for (let next = clock.next(); next !== undefined && next <= end; next = clock.next()) {
        clock.advance(next - clock.now())
        await quiesce()
      }
      clock.advance(end - clock.now())
    },
  }
}
