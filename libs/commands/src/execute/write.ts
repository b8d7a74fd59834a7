import { E, assertNever } from '@periplus/prelude'
import type { EventType, NewEvent, Sequence } from '@periplus/log'
import { bodyOf } from '../record/body.ts'
import type { Draft } from '../record/draft.ts'
import { storeAs } from '../record/versions.ts'
import { atSequence, objectOf, readLast } from '../state/read-last.ts'
import { appendPatiently } from './append.ts'
import { done } from './engine.ts'
import type { Attempt, Step } from './engine.ts'
import { eventOf, outcomeOfEvent } from './own-event.ts'

/** Makes the draft an event: what was read before is what the log must still have. */
export const write = async (attempt: Attempt, draft: Draft, type: EventType): Promise<Step> => {
  const { engine, command } = attempt
  const stored = storeAs(command.kind, draft.next, () => engine.kindsAt(engine.cut))
  const event = eventFor(attempt, type, draft.next.metadata?.uid ?? '', bodyOf(stored))
  const { result, doubtful } = await appendPatiently(engine.log, event, engine.clock, engine.outage)
  if (E.isRight(result)) {
    const { sequence, duplicate } = result.right
    if (duplicate) return written(attempt, sequence)
    const object = type === 'deleted' ? undefined : atSequence(stored, sequence)
    engine.recent.remember(attempt.ref, { sequence, object })
    const after = atSequence(draft.next, sequence)
    return done(E.right({ object: after, sequence, changed: true, deleted: type === 'deleted' }))
  }
  switch (result.left.tag) {
    case 'Conflict':
      return beaten(attempt, doubtful)
    case 'Unavailable':
      return done(E.left({ tag: 'ServiceUnavailable', message: result.left.message, retryAfterSeconds: 1 }))
    case 'Full':
      return done(E.left({ tag: 'ServiceUnavailable', message: result.left.message, retryAfterSeconds: 1 }))
    case 'Rejected':
      return done(
        E.left({
          tag: 'RequestEntityTooLarge',
          limitBytes: 0,
          message: `request is too large: ${result.left.message}`,
        }),
      )
    default:
      return assertNever(result.left)
  }
}

const eventFor = (
  { id, ref, known, context, command }: Attempt,
  type: EventType,
  uid: string,
  body: Uint8Array,
): NewEvent => ({
  id,
  type,
  ref,
  uid,
  expected: known.sequence,
  previous: known.sequence,
  origin: context.origin,
  time: new Date(context.now).toISOString(),
  body,
  // A rollup keeps one message of the object: its newest heartbeat, or its tombstone.
  ...(command.kind.rollup ? { rollup: true } : {}),
})

/** An earlier try of the same command wrote the event already: that one counts. */
const written = async ({ engine, command, ref }: Attempt, sequence: Sequence): Promise<Step> => {
  const found = await engine.log.get(sequence)
  if (E.isLeft(found) || !found.right) {
    const message = 'the command was carried out before, and its event cannot be read'
    return done(E.left({ tag: 'ServiceUnavailable', message, retryAfterSeconds: 1 }))
  }
  const object = found.right.type === 'deleted' ? undefined : objectOf(found.right)
  engine.recent.remember(ref, { sequence, object })
  return done(E.right(outcomeOfEvent(command, found.right)))
}

const beaten = async ({ engine, command, ref, known, id }: Attempt, doubtful: boolean): Promise<Step> => {
  const last = await readLast(engine.log, ref)
  if (E.isLeft(last)) return done(last)
  engine.recent.remember(ref, last.right)
  const newest = last.right.event
  const own = doubtful ? await eventOf(engine.log, id, newest, known.sequence) : newest?.id === id ? newest : undefined
  return own ? done(E.right(outcomeOfEvent(command, own))) : { tag: 'Again', known: last.right }
}
