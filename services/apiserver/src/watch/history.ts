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
  for await (const events of log.range(after + 1, to, signal))
    for (const event of events) {
      if (event.ref.group !== group || event.ref.resource !== resource) continue
      const before = event.type === 'created' ? undefined : await previousOf(log, event)
      yield sharedChange({ event, before, after: event.type === 'deleted' ? undefined : entryOfEvent(event) })
    }
}

/** A predecessor that was rolled up or compacted away is taken to have looked like the event itself. */
const previousOf = async (log: EventLog, event: RecordedEvent): Promise<Entry | undefined> => {
  if (event.previous === 0) return undefined
  const previous = await log.get(event.previous)
  const found = E.isRight(previous) ? previous.right : undefined
  return entryOfEvent(found ?? event)
}
