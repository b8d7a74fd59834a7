import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import type { NewEvent, Sequence } from '../event.ts'
import type { AppendAllRefusal, AppendRefusal, Appended, AppendedAll, EventLog } from '../event-log.ts'
import type { PublishedAs } from '../encoding/cloud-event.ts'
import { whyNotTogether } from '../together.ts'
import { believed, isSetAside, unavailable, whyRejected, writtenBefore, wrongLastSequence } from './append.ts'
import type { AppendDependencies } from './append.ts'

type Answer = Either<AppendAllRefusal, AppendedAll>

/** The server knows an id of the batch, though not whether it knows all of them. */
const duplicateId = 10201
/** "batch is incomplete" where a connection broke within it, "too many inflight": the next try may go through. */
const passing: readonly number[] = [10176, 10210]

const rejected = (message: string): Either<AppendAllRefusal, never> => E.left({ tag: 'Rejected', message })

/** Sequences of a batch of which the last is known. */
const upTo = (last: Sequence, events: readonly NewEvent[]): readonly Sequence[] =>
  events.map((_, i) => last - (events.length - 1 - i))

/** As of one event; of several that are a batch the server says no such thing, but of a batch of one. */
const allBelieved = async (
  events: readonly NewEvent[],
  sequences: readonly Sequence[],
  at: AppendDependencies['at'],
): Promise<Answer> => {
  const each = await Promise.all(events.map((event, i) => believed(event, sequences[i] ?? 0, at)))
  return each.find(E.isLeft) ?? E.right({ sequences, duplicate: true })
}

/**
 * Publishes events as one batch. The server refuses all of it without saying which event was to blame, so the newest event of each
 * object tells: whether all were written before, or one came too late, or something else than events is on its subject.
 */
export const appendAllTo = ({
  publish,
  newest,
  at,
  maxBodyBytes,
  below,
}: AppendDependencies): EventLog['appendAll'] => {
  const attempt = async (events: readonly NewEvent[], as?: readonly PublishedAs[]): Promise<Answer> => {
    const answer = await publish(events, as)
    switch (answer.tag) {
      case 'Stored':
        return answer.duplicate
          ? allBelieved(events, upTo(answer.sequence, events), at)
          : E.right({ sequences: upTo(answer.sequence, events), duplicate: false })
      case 'Unknown':
        return unavailable(answer)
      case 'Fenced':
        return E.left(answer)
      case 'Refused':
        if (passing.includes(answer.code)) return unavailable(answer)
        if (answer.code !== duplicateId && !wrongLastSequence.includes(answer.code)) return rejected(answer.message)
    }
    const found = E.sequenceArray(await Promise.all(events.map(({ ref }) => newest(ref))))
    if (E.isLeft(found)) return unavailable(found.left)
    const follows = found.right.map((one, i) => isSetAside(one, events[i]!, as?.[i]))
    if (follows.includes(true))
      return attempt(
        events,
        found.right.map(({ lastOnSubject }, i) => (follows[i] ? { lastOnSubject } : (as?.[i] ?? {}))),
      )
    const each = await Promise.all(events.map((event, i) => writtenBefore(event, found.right[i]?.last, at)))
    return judged(events, each, answer.code)
  }
  return async events => {
    const message =
      whyNotTogether(events) ?? events.map(event => whyRejected(event, maxBodyBytes)).find(why => why !== undefined)
    if (message !== undefined) return rejected(message)
    const as = await below(events)
    return E.isLeft(as) ? unavailable(as.left) : attempt(events, as.right)
  }
}

/** What a refused batch means, given what became of each of its events. */
const judged = (
  events: readonly NewEvent[],
  each: readonly Either<AppendRefusal, Appended>[],
  code: number,
): Answer => {
  const before = each.filter(E.isRight).map(({ right }) => right.sequence)
  if (before.length === events.length) return E.right({ sequences: before, duplicate: true })
  if (before.length > 0) return rejected('some of the events were written before, without the others')
  for (const [index, one] of each.entries()) {
    if (E.isRight(one)) continue
    if (one.left.tag !== 'Conflict') return E.left(one.left)
    const { actual } = one.left
    if (actual !== events[index]?.expected) return E.left({ tag: 'Conflict', index, actual })
  }
  if (code === duplicateId) return rejected('an id of the events was used for another object')
  // Nothing is wrong with what they expect by now: another batch with the same objects was under way and came to nothing.
  return unavailable({ message: 'the log refused the events for what it no longer has' })
}
