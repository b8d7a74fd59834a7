import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import type { ObjectRef } from '@periplus/api'
import type { BusRefusal, PublishAnswer } from '@periplus/bus'
import type { NewEvent, RecordedEvent, Sequence } from '../event.ts'
import type { AppendRefusal, Appended, EventLog } from '../event-log.ts'
import { whyNotWritten } from '../encoding/body-check.ts'
import type { PublishedAs } from '../encoding/cloud-event.ts'
import type { Newest } from './newest.ts'

export interface AppendDependencies {
  readonly publish: (event: NewEvent, as?: PublishedAs) => Promise<PublishAnswer>
  readonly newest: (ref: ObjectRef) => Promise<Either<BusRefusal, Newest>>
  readonly at: (sequence: Sequence) => Promise<Either<BusRefusal, RecordedEvent | undefined>>
  readonly maxBodyBytes: number
}

/** "wrong last sequence", with and without the number in its text. */
const wrongLastSequence: readonly number[] = [10071, 10164]

/** How far back an object's history is searched for an event of ours. More than this many writers never raced one retry. */
const furthest = 64

const unavailable = ({ message }: BusRefusal): Either<AppendRefusal, never> => E.left({ tag: 'Unavailable', message })

/**
 * Publishes an event with the sequence that it expects. A refused expectation may mean that this very event was written
 * before and its acknowledgement was lost (some servers look at the sequence before the message id), so the object's events
 * since then are searched for the command's id, along `previous`. Or that somebody put on the object's subject what is no
 * event: then the event follows that, and still says which event of its object comes before it.
 */
export const appendTo = ({ publish, newest, at, maxBodyBytes }: AppendDependencies): EventLog['append'] => {
  const writtenBefore = async (
    { id, expected }: NewEvent,
    last: RecordedEvent | undefined,
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
  const attempt = async (event: NewEvent, as: PublishedAs | undefined): Promise<Either<AppendRefusal, Appended>> => {
    const answer = await publish(event, as)
    switch (answer.tag) {
      case 'Stored':
        return E.right({ sequence: answer.sequence, duplicate: answer.duplicate })
      case 'Unknown':
        return E.left({ tag: 'Unavailable', message: answer.message })
      case 'Refused':
        if (!wrongLastSequence.includes(answer.code)) return E.left({ tag: 'Rejected', message: answer.message })
    }
    const found = await newest(event.ref)
    if (E.isLeft(found)) return unavailable(found.left)
    const { last, lastOnSubject } = found.right
    const isSetAside = (last?.sequence ?? 0) === event.expected && lastOnSubject > (as?.lastOnSubject ?? event.expected)
    return isSetAside ? attempt(event, { ...as, lastOnSubject }) : writtenBefore(event, last)
  }
  return async event => {
    const size = event.body.length
    if (size > maxBodyBytes)
      return E.left({ tag: 'Rejected', message: `the event has ${size} bytes, the limit is ${maxBodyBytes}` })
    const wrong = whyNotWritten(event.body, event.ref, event.uid)
    if (wrong !== undefined) return E.left({ tag: 'Rejected', message: `the event cannot be written: ${wrong}` })
    return attempt(event, undefined)
  }
}
