import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import type { ObjectRef } from '@periplus/api'
import type { BusRefusal } from '@periplus/bus'
import type { NewEvent, RecordedEvent, Sequence } from '../event.ts'
import type { AppendRefusal, Appended, EventLog } from '../event-log.ts'
import { whyNotWritten } from '../encoding/body-check.ts'
import type { PublishedAs } from '../encoding/cloud-event.ts'
import type { Published } from './group-commit.ts'
import type { Newest } from './newest.ts'

/** What appending takes. */
export interface AppendDependencies {
  /** All or none; the answer's sequence is the last one's. `as` has an entry for each event. */
  readonly publish: (events: readonly NewEvent[], as?: readonly PublishedAs[]) => Promise<Published>
  readonly newest: (ref: ObjectRef) => Promise<Either<BusRefusal, Newest>>
  readonly at: (sequence: Sequence) => Promise<Either<BusRefusal, RecordedEvent | undefined>>
  readonly maxBodyBytes: number
  /** How events are published of which the stream has no message any more; `undefined`: as they are. */
  readonly below: (events: readonly NewEvent[]) => Promise<Either<BusRefusal, readonly PublishedAs[] | undefined>>
}

/** "wrong last sequence", with and without the number in its text. */
export const wrongLastSequence: readonly number[] = [10071, 10164]

/** How far back an object's history is searched for an event of ours. More than this many writers never raced one retry. */
const furthest = 64

/** What the log says when it cannot be asked. */
export const unavailable = ({ message }: Pick<BusRefusal, 'message'>): Either<Unavailable, never> =>
  E.left({ tag: 'Unavailable', message })

type Unavailable = Extract<AppendRefusal, { readonly tag: 'Unavailable' }>

/** Why an event can never be written; `undefined` where it can. */
export const whyRejected = ({ body, ref, uid }: NewEvent, maxBodyBytes: number): string | undefined => {
  if (body.length > maxBodyBytes) return `the event has ${body.length} bytes, the limit is ${maxBodyBytes}`
  const wrong = whyNotWritten(body, ref, uid)
  return wrong === undefined ? undefined : `the event cannot be written: ${wrong}`
}

/**
 * Whether an event whose expectation was refused had been written before and its acknowledgement was lost: the object's events
 * since then are searched for the command's id, along `previous`. Left, Conflict: it was not.
 */
export const writtenBefore = async (
  { id, expected }: NewEvent,
  last: RecordedEvent | undefined,
  at: AppendDependencies['at'],
): Promise<Either<AppendRefusal, Appended>> => {
  let found = last
  for (let steps = 0; found && found.sequence > expected && steps < furthest; steps++) {
    if (found.id === id) return E.right({ sequence: found.sequence, duplicate: true })
    if (found.previous <= expected) break
    const earlier = await at(found.previous)
    if (E.isLeft(earlier)) return unavailable(earlier.left)
    found = earlier.right
  }
  return E.left({ tag: 'Conflict', actual: last?.sequence ?? 0 })
}

/**
 * Whether an expectation was refused only because somebody put on the object's subject what is no event, or because what it expects was
 * compacted away: then the event follows what there is, and still says which event of its object comes before it.
 */
export const isSetAside = (
  { last, lastOnSubject }: Newest,
  { expected }: NewEvent,
  as: PublishedAs | undefined,
): boolean => (last?.sequence ?? 0) === expected && lastOnSubject !== (as?.lastOnSubject ?? expected)

/**
 * What to answer where the server says that an event was written before. It says so from its memory of ids; the event itself is what counts, where
 * a later one has not taken it away.
 */
export const believed = async (
  { id, rollup }: NewEvent,
  sequence: Sequence,
  at: AppendDependencies['at'],
): Promise<Either<Unavailable, Appended>> => {
  if (rollup) return E.right({ sequence, duplicate: true })
  const found = await at(sequence)
  if (E.isLeft(found)) return unavailable(found.left)
  return found.right?.id === id
    ? E.right({ sequence, duplicate: true })
    : unavailable({ message: `the log's server says that ${id} was written at ${sequence}, and it is not there` })
}

/**
 * Publishes an event with the sequence that it expects. A refused expectation may mean that this very event was written
 * before (some servers look at the sequence before the message id), or that something else than events is on its subject.
 */
export const appendTo = ({ publish, newest, at, maxBodyBytes, below }: AppendDependencies): EventLog['append'] => {
  const attempt = async (event: NewEvent, as: PublishedAs | undefined): Promise<Either<AppendRefusal, Appended>> => {
    const answer = await publish([event], as && [as])
    switch (answer.tag) {
      case 'Stored':
        return answer.duplicate
          ? believed(event, answer.sequence, at)
          : E.right({ sequence: answer.sequence, duplicate: false })
      case 'Unknown':
        return unavailable(answer)
      case 'Fenced':
        return E.left(answer)
      case 'Refused':
        if (!wrongLastSequence.includes(answer.code)) return E.left({ tag: 'Rejected', message: answer.message })
    }
    const found = await newest(event.ref)
    if (E.isLeft(found)) return unavailable(found.left)
    const { last, lastOnSubject } = found.right
    return isSetAside(found.right, event, as)
      ? attempt(event, { ...as, lastOnSubject })
      : writtenBefore(event, last, at)
  }
  return async event => {
    const message = whyRejected(event, maxBodyBytes)
    if (message !== undefined) return E.left({ tag: 'Rejected', message })
    const as = await below([event])
    return E.isLeft(as) ? unavailable(as.left) : attempt(event, as.right?.[0])
  }
}
