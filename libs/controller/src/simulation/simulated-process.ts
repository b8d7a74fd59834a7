import type { Clock, Random } from '@periplus/prelude'
import type { Commands } from '@periplus/commands'
import type { EventLog, MemoryEventLog, RecordedEvent } from '@periplus/log'
import { mutableCut } from '@periplus/projection'
import type { LiveCut } from '@periplus/projection'
import type { Controller, Key } from '../controller.ts'
import type { DecisionSink } from '../run/decision-sink.ts'
import { runController } from '../run/run-controller.ts'
import type { RunningController } from '../run/run-controller.ts'
import type { Faults } from './faults.ts'

export interface ProcessConfig {
  readonly log: MemoryEventLog
  readonly clock: Clock
  readonly random: Random
  readonly faults: () => Faults
  readonly controllers: readonly Controller[]
  readonly decisions: DecisionSink
  readonly commandsOf: (cut: LiveCut, log: EventLog) => Commands
  readonly onBug: (controller: string, key: Key, error: unknown) => void
}

/** Deliveries never resolve for a process that died: whatever it was doing, it does no more. */
const never = new Promise<never>(() => undefined)

/** One life of a process: from its start with an empty memory to its crash. */
const live = (config: ProcessConfig, onCrash: () => void): ((events: readonly RecordedEvent[]) => void) => {
  const { log, clock, random, faults } = config
  let dead = false
  const running: RunningController[] = []

  const die = (): Promise<never> => {
    if (!dead) {
      dead = true
      for (const controller of running) void controller.stop()
      onCrash()
    }
    return never
  }

  /** The process may die before it writes, or before it hears that it has written. */
  const fallibly = async <A>(write: () => A): Promise<A> => {
    if (dead) return never
    const crashes = random() < faults().crash
    if (crashes && random() < 0.5) return die()
    const written = write()
    return crashes ? die() : written
  }
  const fallible: EventLog = {
    ...log,
    append: event => fallibly(() => log.appendNow(event)),
    appendAll: events => fallibly(() => log.appendAllNow(events)),
    last: async ref => (dead ? never : log.last(ref)),
  }

  const cut = mutableCut()
  cut.apply(log.slice(1))
  const commands = config.commandsOf(cut, fallible)
  for (const controller of config.controllers) {
    const one = runController(controller, {
      cut,
      commands,
      clock,
      decisions: { record: record => void (dead || config.decisions.record(record)) },
      newSeed: () => Math.floor(random() * 2 ** 32),
      onBug: config.onBug,
    })
    running.push(one)
    // The first thing that it wrote may have been the process's last.
    if (dead) void one.stop()
  }

  let lastArrival = 0
  return events => {
    const deliver = (): void => {
      if (!dead) cut.apply(events.filter(event => event.sequence > 0))
    }
    lastArrival = Math.max(lastArrival, clock.now() + Math.floor(random() * faults().staleMilliseconds))
    clock.after(lastArrival - clock.now(), deliver)
    if (random() < faults().duplicate) clock.after(lastArrival - clock.now(), deliver)
  }
}

/** A process that hosts controllers and is started again whenever it crashes. Feed it every event, in the log's order. */
export const simulatedProcess = (config: ProcessConfig): { deliver(events: readonly RecordedEvent[]): void } => {
  const { clock, random, faults } = config
  let receive: ((events: readonly RecordedEvent[]) => void) | undefined
  const start = (): void => {
    receive = live(config, () => {
      receive = undefined
      clock.after(Math.floor(random() * faults().restartMilliseconds), start)
    })
  }
  start()
  // A process that is down misses nothing: its next life begins by reading the log.
  return { deliver: events => receive?.(events) }
}
