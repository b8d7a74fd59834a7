import { E } from '@periplus/prelude'
import { LogGap, horizonOf } from '@periplus/log'
import type { EventLog, RecordedEvent, Sequence } from '@periplus/log'
import type { Entry } from '@periplus/projection'
import { entryOfEvent, sharedChange } from './shared-change.ts'
import type { SharedChange } from './shared-change.ts'

export interface HistoryRequest {
  readonly log: EventLog
  readonly group: string
  readonly resource: string
  /** Exclusive. */
  readonly after: Sequence
  /** Inclusive. */
  readonly to: Sequence
  readonly signal: AbortSignal
}

/**
 * The changes of a resource as the log remembers them, for a watch that starts before what the process has in memory. What
 * an object was before an event is found by the event's `previous`. Throws `LogGap` when the log doesn't reach back that far, or what it has of the
 * resource is not to be told any more.
 */
export async function* historyOf(request: HistoryRequest): AsyncGenerator<SharedChange> {
  const { log, group, resource, after, to, signal } = request
  const bounds = await log.bounds()
  const first = E.isRight(bounds) ? horizonOf(bounds.right.horizons ?? {}, { group, resource }) : 0
  if (after < first) throw new LogGap(after + 1, first)
  for await (const events of log.range(after + 1, to, signal)) {
    const read = new Map(events.map(event => [event.sequence, event]))
    const wanted = events.filter(({ ref }) => ref.group === group && ref.resource === resource)
    for (let from = 0; from < wanted.length; from += askedAtOnce) {
      const some = wanted.slice(from, from + askedAtOnce)
      const before = await Promise.all(some.map(event => previousOf(log, event, read)))
      for (const [i, event] of some.entries())
        yield sharedChange({
          event,
          before: before[i],
          after: event.type === 'deleted' ? undefined : entryOfEvent(event),
        })
    }
  }
}

/** Questions about what was before that are under way at once: one after the other, a watch would come no further than others write. */
const askedAtOnce = 64

/** A predecessor that was rolled up or compacted away is taken to have looked like the event itself. */
const previousOf = async (
  log: EventLog,
  event: RecordedEvent,
  read: ReadonlyMap<Sequence, RecordedEvent>,
): Promise<Entry | undefined> => {
  if (event.type === 'created' || event.previous === 0) return undefined
  const known = read.get(event.previous)
  if (known) return entryOfEvent(known)
  const previous = await log.get(event.previous)
  const found = E.isRight(previous) ? previous.right : undefined
  return entryOfEvent(found ?? event)
}
