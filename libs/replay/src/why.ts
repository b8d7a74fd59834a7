import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import type { ObjectRef } from '@periplus/api'
import type { DecisionRecord } from '@periplus/controller'
import type { EventLog, ReadRefusal, RecordedEvent, Sequence } from '@periplus/log'
import { historyIn } from './history.ts'
import type { HistoryLimits } from './history.ts'
import { ownerBirths } from './owner-births.ts'
import { rememberedEvents } from './remembered-events.ts'
import type { RememberedEvents } from './remembered-events.ts'

/** Where recorded decisions are found again. */
export interface DecisionSource {
  /** `undefined` where the record is gone or was never kept. */
  byId(id: string): Promise<DecisionRecord | undefined>
}

/** An event, with the decision and the events that it came of. */
export interface ExplainedEvent {
  readonly event: RecordedEvent
  /** The event of the same object before it; `undefined` where it is the first of a life. */
  readonly previous: RecordedEvent | undefined
  /** The decision that produced it, where one did and its record is kept. */
  readonly decision: DecisionRecord | undefined
  /** Whether it happened to the object that was asked about, rather than led to it. */
  readonly own: boolean
}

const eventAt = async (
  log: RememberedEvents,
  known: ReadonlyMap<Sequence, RecordedEvent>,
  sequence: Sequence,
): Promise<Either<ReadRefusal, RecordedEvent | undefined>> => {
  if (sequence === 0 || known.has(sequence)) return E.right(known.get(sequence))
  const event = await log.get(sequence)
  return E.isLeft(event) && event.left.tag !== 'Unavailable' ? E.right(undefined) : event
}

/** A chain longer than this is cut off at its far end. */
const longest = 200

/**
 * Everything that led to an object's present state, in the log's order: the events of its present (or last) life, the
 * creations of what controls it, what triggered those, what triggered that, back to the commands of people. Empty when the
 * object never was. Of what the object itself has seen, at most the newest within `limits`.
 */
export const why = async (
  whole: Pick<EventLog, 'bounds' | 'get' | 'last'>,
  decisions: DecisionSource,
  ref: ObjectRef,
  limits: Partial<HistoryLimits> = {},
): Promise<Either<ReadRefusal, readonly ExplainedEvent[]>> => {
  const remembered = await rememberedEvents(whole)
  if (E.isLeft(remembered)) return remembered
  const log = remembered.right
  const history = await historyIn(log, ref, limits)
  if (E.isLeft(history)) return history
  const life = history.right.slice(Math.max(0, history.right.map(event => event.type).lastIndexOf('created')))
  const newest = life.at(-1)
  const births = newest ? await ownerBirths(log, newest) : E.right([])
  if (E.isLeft(births)) return births
  const known = [...life, ...births.right]
  const found = new Map<Sequence, RecordedEvent>(known.map(event => [event.sequence, event]))
  const queue = known.flatMap(event => event.origin.causes)
  for (let sequence = queue.shift(); sequence !== undefined && found.size < longest; sequence = queue.shift()) {
    if (found.has(sequence)) continue
    const event = await log.get(sequence)
    if (E.isLeft(event) && event.left.tag === 'Unavailable') return event
    if (E.isLeft(event) || event.right === undefined) continue
    found.set(sequence, event.right)
    queue.push(...event.right.origin.causes)
  }
  const own = new Set(life)
  const ordered = [...found.values()].sort((a, b) => a.sequence - b.sequence)
  const explained: ExplainedEvent[] = []
  for (const event of ordered) {
    const { decisionId } = event.origin
    const before = event.type === 'created' ? E.right(undefined) : await eventAt(log, found, event.previous)
    if (E.isLeft(before)) return before
    explained.push({
      event,
      previous: before.right,
      decision: decisionId === undefined ? undefined : await decisions.byId(decisionId),
      own: own.has(event),
    })
  }
  return E.right(explained)
}
