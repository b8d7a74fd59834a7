import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import type { ObjectRef } from '@periplus/api'
import type { NewEvent, RecordedEvent, Sequence } from '../event.ts'
import type { AppendRefusal, Appended, EventBatch, EventLog } from '../event-log.ts'
import { LogGap } from '../log-gap.ts'
import { wakeUp } from './wake-up.ts'

/** The log in one process's memory: for tests, the simulation and `given` histories. Everything it answers, it answers at once. */
export interface MemoryEventLog extends EventLog {
  /** `append` without the promise. */
  appendNow(event: NewEvent): Either<AppendRefusal, Appended>
  /** Every kept event with `from <= sequence <= to`, at once. */
  slice(from: Sequence, to?: Sequence): readonly RecordedEvent[]
  /** Forgets everything up to and including `watermark`; reading that is `Gone` from then on. */
  forget(watermark: Sequence): void
}

export interface MemoryEventLogOptions {
  /** Larger bodies are `Rejected`. Default 4 MiB, as the shipped NATS configuration. */
  readonly maxBodyBytes?: number
  /** Events in one batch of `follow` and `range`. Default 256. */
  readonly batchSize?: number
}

const keyOf = (ref: ObjectRef): string => `${ref.group}/${ref.resource}/${ref.namespace}/${ref.name}`

export const memoryEventLog = (options: MemoryEventLogOptions = {}): MemoryEventLog => {
  const { maxBodyBytes = 4 * 1024 * 1024, batchSize = 256 } = options
  /** The event of sequence n stands at n - 1; `undefined` where it was rolled up or forgotten. */
  const events: (RecordedEvent | undefined)[] = []
  const newest = new Map<string, RecordedEvent>()
  const byId = new Map<string, RecordedEvent>()
  const growth = wakeUp()
  let watermark = 0

  const appendNow = (event: NewEvent): Either<AppendRefusal, Appended> => {
    if (event.body.length > maxBodyBytes)
      return E.left({
        tag: 'Rejected',
        message: `the event has ${event.body.length} bytes, the limit is ${maxBodyBytes}`,
      })
    const key = keyOf(event.ref)
    const written = byId.get(event.id)
    if (written && keyOf(written.ref) !== key) throw new Error(`id ${event.id} was used for another object`)
    if (written) return E.right({ sequence: written.sequence, duplicate: true })
    const before = newest.get(key)
    const actual = before?.sequence ?? 0
    if (actual !== event.expected) return E.left({ tag: 'Conflict', actual })
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
    growth.wake()
    return E.right({ sequence: recorded.sequence, duplicate: false })
  }

  const slice = (from: Sequence, to: Sequence = events.length): readonly RecordedEvent[] =>
    events.slice(Math.max(0, from - 1), to).filter(event => event !== undefined)

  const assertKept = (from: Sequence): void => {
    if (from <= watermark) throw new LogGap(from, watermark + 1)
  }

  async function* range(from: Sequence, to: Sequence, signal?: AbortSignal): AsyncGenerator<EventBatch> {
    assertKept(from)
    const end = Math.min(to, events.length)
    for (let next = Math.max(1, from); next <= end && !signal?.aborted; next += batchSize) {
      const batch = slice(next, Math.min(next + batchSize - 1, end))
      if (batch.length > 0) yield batch
    }
  }

  async function* follow(from: Sequence, signal: AbortSignal): AsyncGenerator<EventBatch> {
    assertKept(from)
    for (let next = Math.max(1, from); !signal.aborted;) {
      const end = Math.min(next + batchSize - 1, events.length)
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
    slice,
    forget: upTo => {
      watermark = Math.min(upTo, events.length)
      events.fill(undefined, 0, watermark)
    },
    append: async event => appendNow(event),
    follow,
    range,
    get: async sequence =>
      sequence > 0 && sequence <= watermark
        ? E.left({ tag: 'Gone', first: watermark + 1 })
        : E.right(events[sequence - 1]),
    last: async ref => E.right(newest.get(keyOf(ref))),
    bounds: async () => {
      const oldest = events.findIndex(event => event !== undefined)
      return E.right({ first: oldest + 1, last: events.length })
    },
  }
}
