import { E, wakeUp } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import type { ObjectRef } from '@periplus/api'
import type { NewEvent, RecordedEvent, Sequence } from '../event.ts'
import type { AppendAllRefusal, AppendRefusal, Appended, AppendedAll, EventBatch, EventLog } from '../event-log.ts'
import type { ReadRefusal } from '../event-log.ts'
import type { Horizons } from '../horizons.ts'
import { LogGap } from '../log-gap.ts'
import { whyNotTogether } from '../together.ts'

/** The log in one process's memory: for tests, the simulation and `given` histories. Everything it answers, it answers at once. */
export interface MemoryEventLog extends EventLog {
  /** `append` without the promise. */
  appendNow(event: NewEvent): Either<AppendRefusal, Appended>
  /** `appendAll` without the promise. */
  appendAllNow(events: readonly NewEvent[]): Either<AppendAllRefusal, AppendedAll>
  /** Every kept event with `from <= sequence <= to`, at once. */
  slice(from: Sequence, to?: Sequence): readonly RecordedEvent[]
  /** Compacts everything up to and including `watermark`: but for the newest events of what lives there, it is `Gone` from then on. */
  forget(watermark: Sequence): void
  /** From where on kinds can be read from then on. */
  forgetKinds(horizons: Horizons): void
}

/** How it behaves where the real one has settings. */
export interface MemoryEventLogOptions {
  /** Larger bodies are `Rejected`. Default 4 MiB, as the shipped NATS configuration. */
  readonly maxBodyBytes?: number
  /** Events in one batch of `follow` and `range`. Default 256. */
  readonly batchSize?: number
}

const keyOf = (ref: ObjectRef): string => `${ref.group}/${ref.resource}/${ref.namespace}/${ref.name}`

/** A log in memory, held to the same contract as the one on JetStream. */
export const memoryEventLog = (options: MemoryEventLogOptions = {}): MemoryEventLog => {
  const { maxBodyBytes = 4 * 1024 * 1024, batchSize = 256 } = options
  /** The event of sequence n stands at n - 1; `undefined` where it was rolled up or forgotten. */
  const events: (RecordedEvent | undefined)[] = []
  const newest = new Map<string, RecordedEvent>()
  const byId = new Map<string, RecordedEvent>()
  const growth = wakeUp()
  /** Of the sequences within what `appendAll` wrote, but for the last: that last one. */
  const endOf = new Map<Sequence, Sequence>()
  let watermark = 0
  let horizons: Horizons | undefined
  /** The newest event at the watermark of each object that lived there, in the log's order. */
  const kept = new Map<string, RecordedEvent>()

  /** What came of an event before, or speaks against it; `undefined` where it can be written. */
  const settled = (event: NewEvent): Either<AppendRefusal, Appended> | undefined => {
    if (event.body.length > maxBodyBytes)
      return E.left({
        tag: 'Rejected',
        message: `the event has ${event.body.length} bytes, the limit is ${maxBodyBytes}`,
      })
    const key = keyOf(event.ref)
    const written = byId.get(event.id)
    if (written && keyOf(written.ref) !== key) throw new Error(`id ${event.id} was used for another object`)
    if (written) return E.right({ sequence: written.sequence, duplicate: true })
    const actual = newest.get(key)?.sequence ?? 0
    return actual === event.expected ? undefined : E.left({ tag: 'Conflict', actual })
  }
  const write = (event: NewEvent): Sequence => {
    const key = keyOf(event.ref)
    const before = newest.get(key)
    const { expected: _expected, ...kept } = event
    const recorded: RecordedEvent = { ...kept, sequence: events.length + 1 }
    if (event.rollup)
      for (let old = before; old; old = events[old.previous - 1]) {
        events[old.sequence - 1] = undefined
        byId.delete(old.id)
      }
    events.push(recorded)
    newest.set(key, recorded)
    byId.set(recorded.id, recorded)
    return recorded.sequence
  }
  const appendNow = (event: NewEvent): Either<AppendRefusal, Appended> => {
    const found = settled(event)
    if (found) return found
    const sequence = write(event)
    growth.wake()
    return E.right({ sequence, duplicate: false })
  }
  const appendAllNow = (given: readonly NewEvent[]): Either<AppendAllRefusal, AppendedAll> => {
    const message = whyNotTogether(given)
    if (message !== undefined) return E.left({ tag: 'Rejected', message })
    const each = given.map(settled)
    const before = each.flatMap(found => (found && E.isRight(found) ? [found.right.sequence] : []))
    if (before.length === given.length) return E.right({ sequences: before, duplicate: true })
    const rejected = each.find(found => found && E.isLeft(found) && found.left.tag !== 'Conflict')
    if (rejected && E.isLeft(rejected) && rejected.left.tag !== 'Conflict') return E.left(rejected.left)
    if (before.length > 0)
      return E.left({ tag: 'Rejected', message: 'some of the events were written before, without the others' })
    for (const [index, found] of each.entries())
      if (found && E.isLeft(found) && found.left.tag === 'Conflict') return E.left({ ...found.left, index })
    const sequences = given.map(write)
    const end = events.length
    for (const sequence of sequences) if (sequence < end) endOf.set(sequence, end)
    growth.wake()
    return E.right({ sequences, duplicate: false })
  }
  /** The last sequence of a batch that goes up to `sequence` at least. */
  const wholeTo = (sequence: Sequence): Sequence => endOf.get(sequence) ?? sequence

  const slice = (from: Sequence, to: Sequence = events.length): readonly RecordedEvent[] =>
    events.slice(Math.max(0, from - 1), to).filter(event => event !== undefined)

  async function* base(events: readonly RecordedEvent[]): AsyncGenerator<EventBatch> {
    if (events.length > 0) yield events
  }
  const keptAt = (sequence: Sequence): Either<ReadRefusal, RecordedEvent> => {
    const found = [...kept.values()].find(event => event.sequence === sequence)
    return found ? E.right(found) : E.left({ tag: 'Gone', first: watermark + 1 })
  }

  const assertKept = (from: Sequence): void => {
    if (from <= watermark) throw new LogGap(from, watermark + 1)
  }

  async function* range(from: Sequence, to: Sequence, signal?: AbortSignal): AsyncGenerator<EventBatch> {
    assertKept(from)
    const end = Math.min(to, events.length)
    for (let next = Math.max(1, from); next <= end && !signal?.aborted;) {
      assertKept(next)
      const last = Math.min(wholeTo(next + batchSize - 1), end)
      const batch = slice(next, last)
      next = last + 1
      if (batch.length > 0) yield batch
    }
  }

  async function* follow(from: Sequence, signal: AbortSignal): AsyncGenerator<EventBatch> {
    assertKept(from)
    for (let next = Math.max(1, from); !signal.aborted;) {
      assertKept(next)
      const end = Math.min(wholeTo(next + batchSize - 1), events.length)
      if (end < next) {
        await growth.wait(signal)
        continue
      }
      const batch = slice(next, end)
      next = end + 1
      if (batch.length > 0) yield batch
    }
  }

  return {
    appendNow,
    appendAllNow,
    slice,
    forget: upTo => {
      for (const event of [...kept.values(), ...slice(watermark + 1, upTo)]) {
        const key = keyOf(event.ref)
        kept.delete(key)
        if (event.type === 'deleted') {
          if (newest.get(key) === event) newest.delete(key)
        } else kept.set(key, event)
      }
      for (const event of slice(watermark + 1, upTo)) byId.delete(event.id)
      watermark = Math.min(upTo, events.length)
      events.fill(undefined, 0, watermark)
    },
    forgetKinds: from => void (horizons = from),
    append: async event => appendNow(event),
    appendAll: async given => appendAllNow(given),
    follow,
    range,
    get: async sequence => (sequence > 0 && sequence <= watermark ? keptAt(sequence) : E.right(events[sequence - 1])),
    last: async ref => E.right(newest.get(keyOf(ref))),
    bounds: async () => {
      const oldest = events.findIndex(event => event !== undefined)
      return E.right({ first: oldest + 1, last: events.length, watermark, ...(horizons ? { horizons } : {}) })
    },
    bases: async atMost =>
      E.right(watermark === 0 || watermark > atMost ? [] : [{ sequence: watermark, events: base([...kept.values()]) }]),
  }
}
