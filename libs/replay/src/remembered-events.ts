import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import type { ObjectRef } from '@periplus/api'
import { horizonOf, stretches } from '@periplus/log'
import type { EventBatch, EventLog, Horizons, ReadRefusal, RecordedEvent, Sequence } from '@periplus/log'

/** Single events of the log, of each kind from where on its past can be read; nothing of what was before is told, though it may still be there. */
export interface RememberedEvents {
  readonly horizons: Horizons
  /** `undefined` also for what is forgotten. */
  get(sequence: Sequence): ReturnType<EventLog['get']>
  /** Of what lives, the newest event, however old it is. */
  last(ref: ObjectRef): ReturnType<EventLog['last']>
}

const isRemembered = (horizons: Horizons, { ref, sequence }: RecordedEvent): boolean =>
  sequence >= horizonOf(horizons, ref)

/** As it stands by now. */
export const rememberedEvents = async (
  log: Pick<EventLog, 'bounds' | 'get' | 'last'>,
): Promise<Either<ReadRefusal, RememberedEvents>> => {
  const bounds = await log.bounds()
  if (E.isLeft(bounds)) return bounds
  const { horizons = {} } = bounds.right
  return E.right({
    horizons,
    get: async sequence =>
      E.map((event: RecordedEvent | undefined) => (event && isRemembered(horizons, event) ? event : undefined))(
        await log.get(sequence),
      ),
    last: async ref =>
      E.map((event: RecordedEvent | undefined) =>
        event && (event.type !== 'deleted' || isRemembered(horizons, event)) ? event : undefined,
      )(await log.last(ref)),
  })
}

const remembered = (horizons: Horizons, batch: EventBatch): EventBatch => {
  const kept = batch.filter(event => isRemembered(horizons, event))
  return batch.through === undefined ? kept : Object.assign(kept, { through: batch.through })
}

/** Every event from `from` to `to`, of each kind from its horizon on, which are those of a moment ago. */
export async function* rememberedRange(
  log: Pick<EventLog, 'range'>,
  horizons: Horizons,
  from: Sequence,
  to: Sequence,
  signal?: AbortSignal,
): AsyncGenerator<EventBatch> {
  for (const stretch of stretches(horizons, from, to))
    for await (const batch of log.range(stretch.from, stretch.to, signal)) {
      const kept = remembered(horizons, batch)
      if (kept.length > 0) yield kept
    }
}

/** The same, and what comes. */
export async function* rememberedFollow(
  log: Pick<EventLog, 'range' | 'follow'>,
  horizons: Horizons,
  from: Sequence,
  signal: AbortSignal,
): AsyncGenerator<EventBatch> {
  const first = Math.max(from, ...Object.values(horizons))
  if (from < first) yield* rememberedRange(log, horizons, from, first - 1, signal)
  if (!signal.aborted) yield* log.follow(first, signal)
}
