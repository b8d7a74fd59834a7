import { E, assertNever, inTurn } from '@periplus/prelude'
import type { KubernetesObject, Refusal, Stored } from '@periplus/api'
import type { AppendRefusal, EventType, NewEvent, Sequence } from '@periplus/log'
import type { Outcome } from '../command.ts'
import { bodyOf } from '../record/body.ts'
import type { Draft, DraftOf } from '../stages/draft.ts'
import { atSequence, objectOf, readLast } from '../state/read-last.ts'
import { appendWithRetry } from './append.ts'
import { done } from './engine.ts'
import type { Engine, Step, Try } from './engine.ts'
import { admissionOf } from '../record/admission.ts'
import { eventOf, outcomeOfEvent } from './own-event.ts'

/** An object that is written, in the form of the log, and the event that says so. */
export interface Writing {
  readonly stored: KubernetesObject
  readonly event: NewEvent
}

/**
 * Makes the draft an event, and what it writes besides others, all or none: what was read before is what the log must still have.
 * The command's own event is the last: who waits for that has seen the others.
 */
export const write = async (one: Try, draft: Draft, type: EventType): Promise<Step> => {
  const { engine } = one
  const own = writing(one, draft, type, one.id)
  const others = draft.companions.map((other, i) => writing(one, other, other.type, `${one.id}.${i + 1}`))
  const all = [...others, own]
  const { result, outcomeUnknown } = await appendWithRetry(
    engine.log,
    all.map(({ event }) => event),
    engine.clock,
    engine.outage,
  )
  if (E.isRight(result)) {
    const { sequences, duplicate } = result.right
    const sequence = sequences.at(-1) ?? 0
    if (duplicate) return written(one, sequence)
    others.forEach(({ event, stored }, i) => remember(engine, event, atSequence(stored, sequences[i] ?? 0)))
    const now = atSequence(own.stored, sequence)
    remember(engine, own.event, now)
    // What a large object is copied for, others wait for.
    const shown = own.stored === draft.next ? now : await inTurn(engine.turn, () => atSequence(draft.next, sequence))
    return done(E.right(outcomeOf(shown, sequence, type)))
  }
  if (result.left.tag !== 'Conflict') return done(E.left(refusalOf(result.left)))
  const conflictAt = others[result.left.index]
  return conflictAt ? onOtherConflict(one, conflictAt) : onConflict(one, outcomeUnknown)
}

const writing = ({ engine, context }: Try, draft: DraftOf, type: EventType, id: string): Writing => ({
  stored: draft.stored,
  event: eventOfDraft(draft, type, { id, origin: context.origin, time: new Date(engine.clock.now()).toISOString() }),
})

/** The event that a draft becomes, where the log still has what it builds on. */
export const eventOfDraft = (
  { command, ref, known, next, stored, notes }: DraftOf,
  type: EventType,
  about: Pick<NewEvent, 'id' | 'origin' | 'time'>,
): NewEvent => ({
  ...about,
  type,
  ref,
  uid: next.metadata?.uid ?? '',
  expected: known.sequence,
  previous: known.sequence,
  body: bodyOf(stored),
  ...admissionOf(notes),
  // A rollup keeps one message of the object: its newest heartbeat, or its tombstone.
  ...(command.kind.rollup ? { rollup: true } : {}),
})

/** Keeps what was written for those who come before the cut has it. */
export const remember = (
  { recent }: Pick<Engine, 'recent'>,
  { ref, type }: Pick<NewEvent, 'ref' | 'type'>,
  now: Stored<KubernetesObject>,
): void =>
  recent.remember(ref, {
    sequence: Number(now.metadata.resourceVersion),
    object: type === 'deleted' ? undefined : now,
  })

const outcomeOf = (object: Stored<KubernetesObject>, sequence: Sequence, type: EventType): Outcome => ({
  object,
  sequence,
  changed: true,
  deleted: type === 'deleted',
  ...(type === 'created' ? { created: true } : {}),
})

/** What the caller is told of what the log did not take. */
export const refusalOf = (refusal: Exclude<AppendRefusal, { readonly tag: 'Conflict' }>): Refusal => {
  switch (refusal.tag) {
    case 'Unavailable':
    case 'Full':
    case 'Fenced':
      return { tag: 'ServiceUnavailable', message: refusal.message, retryAfterSeconds: 1 }
    case 'Unsealable':
      return { tag: 'Unreadable', message: refusal.message }
    case 'KeyExpired':
      return { tag: 'InternalError', message: refusal.message }
    case 'Rejected':
      return { tag: 'RequestEntityTooLarge', limitBytes: 0, message: `request is too large: ${refusal.message}` }
    default:
      return assertNever(refusal)
  }
}

/** An earlier try of the same command wrote the event already: that one counts. */
const written = async ({ engine, command, ref }: Try, sequence: Sequence): Promise<Step> => {
  const found = await engine.log.get(sequence)
  if (E.isLeft(found) || !found.right) {
    const message = 'the command was carried out before, and its event cannot be read'
    return done(E.left({ tag: 'ServiceUnavailable', message, retryAfterSeconds: 1 }))
  }
  const object = found.right.type === 'deleted' ? undefined : objectOf(found.right)
  engine.recent.remember(ref, { sequence, object })
  return done(E.right(outcomeOfEvent(command, found.right)))
}

const onConflict = async ({ engine, command, ref, known, id }: Try, outcomeUnknown: boolean): Promise<Step> => {
  const last = await readLast(engine.log, ref, known)
  if (E.isLeft(last)) return done(last)
  engine.recent.remember(ref, last.right)
  const newest = last.right.event
  const own = outcomeUnknown
    ? await eventOf(engine.log, id, newest, known.sequence)
    : newest?.id === id
      ? newest
      : undefined
  return own ? done(E.right(outcomeOfEvent(command, own))) : { tag: 'Again', known: last.right }
}

/** Somebody else wrote an object that this command writes besides: it is tried on what that is now. */
const onOtherConflict = async ({ engine }: Try, { event: { ref } }: Writing): Promise<Step> => {
  const last = await readLast(engine.log, ref)
  if (E.isLeft(last)) return done(last)
  engine.recent.remember(ref, last.right)
  return { tag: 'Again', known: undefined }
}
