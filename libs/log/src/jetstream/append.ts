import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import type { ObjectRef } from '@periplus/api'
import type { BusRefusal, PublishAnswer } from '@periplus/bus'
import type { NewEvent, RecordedEvent, Sequence } from '../event.ts'
import type { AppendRefusal, Appended, EventLog } from '../event-log.ts'

export interface AppendDependencies {
  readonly publish: (event: NewEvent) => Promise<PublishAnswer>
  readonly last: (ref: ObjectRef) => Promise<Either<BusRefusal, RecordedEvent | undefined>>
  readonly at: (sequence: Sequence) => Promise<Either<BusRefusal, RecordedEvent | undefined>>
  readonly maxBodyBytes: number
}

/** "wrong last sequence", with and without the number in its text. */
const wrongLastSequence: readonly number[] = [10071, 10164]

/** How far back an object's history is searched for an event of ours. More than this many writers never raced one retry. */
const furthest = 64

/**
 * Publishes an event with the sequence that it expects. A refused expectation may mean that this very event was written
 * before and its acknowledgement was lost (some servers look at the sequence before the message id), so the object's events
 * since then are searched for the command's id, along `previous`.
 */
export const appendTo =
  ({ publish, last, at, maxBodyBytes }: AppendDependencies): EventLog['append'] =>
  async event => {
    const size = event.body.length
    if (size > maxBodyBytes)
      return E.left({ tag: 'Rejected', message: `the event has ${size} bytes, the limit is ${maxBodyBytes}` })
    const answer = await publish(event)
    switch (answer.tag) {
      case 'Stored':
        return E.right({ sequence: answer.sequence, duplicate: answer.duplicate })
      case 'Unknown':
        return E.left({ tag: 'Unavailable', message: answer.message })
      case 'Refused':
        if (!wrongLastSequence.includes(answer.code)) return E.left({ tag: 'Rejected', message: answer.message })
    }
    return writtenBefore(event)

    async function writtenBefore({ ref, id, expected }: NewEvent): Promise<Either<AppendRefusal, Appended>> {
      const newest = await last(ref)
      if (E.isLeft(newest)) return E.left({ tag: 'Unavailable', message: newest.left.message })
      let found = newest.right
      for (let steps = 0; found && found.sequence > expected && steps < furthest; steps++) {
        if (found.id === id) return E.right({ sequence: found.sequence, duplicate: true })
        if (found.previous <= expected) break
        const earlier = await at(found.previous)
        if (E.isLeft(earlier)) return E.left({ tag: 'Unavailable', message: earlier.left.message })
        found = earlier.right
      }
      return E.left({ tag: 'Conflict', actual: newest.right?.sequence ?? 0 })
    }
  }
