import { E, pause, systemClock } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import type { NewEvent, RecordedEvent } from '../event.ts'
import type { EventBatch, EventLog, ReadRefusal } from '../event-log.ts'
import type { SealRefusal, Sealer } from './sealer.ts'

/** Milliseconds between two questions for keys that cannot be had now. */
const patience = 250

const isSealed = ({ sealed }: RecordedEvent): boolean => sealed !== undefined

const openedAtLast = async (sealer: Sealer, event: RecordedEvent, signal?: AbortSignal): Promise<RecordedEvent> => {
  for (;;) {
    const opened = await sealer.open(event)
    if (E.isRight(opened)) return opened.right
    await pause(systemClock, patience, signal)
    signal?.throwIfAborted()
  }
}

const openedBatch = async (sealer: Sealer, batch: EventBatch, signal?: AbortSignal): Promise<EventBatch> => {
  if (!batch.some(isSealed)) return batch
  const events = await Promise.all(batch.map(event => openedAtLast(sealer, event, signal)))
  return batch.through === undefined ? events : Object.assign(events, { through: batch.through })
}

/** The events of each batch as they were before they were sealed. Waits for as long as the keys cannot be asked for. */
export async function* openEach(
  sealer: Sealer,
  batches: AsyncIterable<EventBatch>,
  signal?: AbortSignal,
): AsyncGenerator<EventBatch> {
  for await (const batch of batches) {
    const opened = await openedBatch(sealer, batch, signal).catch((error: unknown) => {
      if (!signal?.aborted) throw error
    })
    // Reading that is told to end ends without a word.
    if (!opened) return
    yield opened
  }
}

/**
 * A log of which everything above sees what was written, and everything below what is sealed: the messages of the stream, and so
 * snapshots, archive and backups. Reading waits for as long as the keys cannot be asked for.
 */
export const withSealing = (log: EventLog, sealer: Sealer): EventLog => {
  const openedAll = (batches: AsyncIterable<EventBatch>, signal?: AbortSignal): AsyncGenerator<EventBatch> =>
    openEach(sealer, batches, signal)
  const openedOne = async (
    found: Either<ReadRefusal, RecordedEvent | undefined>,
  ): Promise<Either<ReadRefusal, RecordedEvent | undefined>> =>
    E.isLeft(found) || !found.right ? found : sealer.open(found.right)

  const sealedAll = async (events: readonly NewEvent[]): Promise<Either<SealRefusal, readonly NewEvent[]>> =>
    E.sequenceArray(await Promise.all(events.map(event => sealer.seal(event))))

  return {
    ...log,
    append: async event => {
      const sealed = await sealer.seal(event)
      return E.isLeft(sealed) ? sealed : log.append(sealed.right)
    },
    appendAll: async events => {
      const sealed = await sealedAll(events)
      return E.isLeft(sealed) ? sealed : log.appendAll(sealed.right)
    },
    follow: (from, signal) => openedAll(log.follow(from, signal), signal),
    range: (from, to, signal) => openedAll(log.range(from, to, signal), signal),
    get: async sequence => openedOne(await log.get(sequence)),
    last: async ref => openedOne(await log.last(ref)),
    bases: async atMost => {
      const found = await log.bases(atMost)
      return E.isLeft(found)
        ? found
        : E.right(found.right.map(({ sequence, events }) => ({ sequence, events: openedAll(events) })))
    },
  }
}
