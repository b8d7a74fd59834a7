import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import type { BusRefusal, JetStream, StreamState } from '@periplus/bus'
import { objectSubjects } from '../encoding/subject.ts'
import type { Sequence } from '../event.ts'

/** How much of its past a log keeps; whichever is reached first. */
export interface Retention {
  readonly milliseconds: number
  readonly events: number
  readonly bytes: number
}

/** Milliseconds for which an event stays whatever else is said: writers judge what they write by a watermark that is younger than this. */
export const youngest = 120_000

/** A log has so much more than it is to have that whoever compacts it is too slow. */
export const isFarOver = (
  { firstSequence: first, lastSequence: last, bytes }: Pick<StreamState, 'firstSequence' | 'lastSequence' | 'bytes'>,
  retention: Pick<Retention, 'events' | 'bytes'>,
): boolean => bytes > retention.bytes * muchMore || last - first + 1 > retention.events * muchMore

const muchMore = 1.25

/** The last sequence that was stored at or before a time; `after` where there is none behind that. */
export const storedBy = async (
  jetstream: JetStream,
  stream: string,
  time: number,
  after: Sequence,
  last: Sequence,
): Promise<Either<BusRefusal, Sequence>> => {
  let [low, high] = [after, last]
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    const found = await jetstream.nextMessage(stream, objectSubjects, middle)
    if (E.isLeft(found)) return found
    if (!found.right || found.right.sequence > high || found.right.time > time) high = middle - 1
    else low = found.right.sequence
  }
  return E.right(low)
}

/**
 * Up to where a log is older than it is to be; what it has already come to where nothing is. `lastBy`: the last sequence by a time, as far as
 * somebody knows it, which the log does of what it still has.
 */
export const chooseWatermark = async (
  jetstream: JetStream,
  stream: string,
  { firstSequence: first, lastSequence: last, bytes }: StreamState,
  watermark: Sequence,
  retention: Retention,
  now: number,
  lastBy: (time: number) => Sequence = () => 0,
): Promise<Either<BusRefusal, Sequence>> => {
  const byEvents = last - retention.events
  // As if they were all alike.
  const byBytes = bytes <= retention.bytes ? 0 : last - Math.floor(((last - first + 1) * retention.bytes) / bytes)
  const by = async (time: number, after: Sequence): Promise<Either<BusRefusal, Sequence>> => {
    const stored = await storedBy(jetstream, stream, time, after, last)
    return E.isLeft(stored) ? stored : E.right(Math.max(stored.right, Math.min(lastBy(time), last)))
  }
  const old = await by(now - Math.max(youngest, retention.milliseconds), watermark)
  if (E.isLeft(old)) return old
  const wanted = Math.max(byEvents, byBytes)
  if (wanted <= old.right) return old
  const settled = await by(now - youngest, old.right)
  return E.isLeft(settled) ? settled : E.right(Math.min(wanted, settled.right))
}
