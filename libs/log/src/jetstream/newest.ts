import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import type { BusRefusal, JetStream } from '@periplus/bus'
import type { RecordedEvent, Sequence } from '../event.ts'
import type { BaseOfLog } from './base-of-log.ts'
import type { MessageReader } from './message-reader.ts'

/** What stands last on an object's subject. */
export interface Newest {
  /** The newest event; where the stream has none, what the log had at its watermark. */
  readonly last: RecordedEvent | undefined
  /** Sequence of the newest message in the stream, which may be no event; 0 for none. */
  readonly lastOnSubject: Sequence
}

/** Finds the newest event of a subject; what was set aside after it is rare, and only then all of the subject is read. */
export const newestOf = (jetstream: JetStream, stream: string, reader: MessageReader, base: BaseOfLog) => {
  const inStream = async (subject: string): Promise<Either<BusRefusal, Newest>> => {
    const found = await jetstream.lastMessage(stream, subject)
    if (E.isLeft(found)) return found
    if (!found.right) return E.right({ last: undefined, lastOnSubject: 0 })
    const { sequence: to } = found.right
    let last = reader.one(found.right)
    if (!last)
      for await (const messages of jetstream.read({ stream, from: 1, to, subject }))
        last = reader.batch(messages).at(-1) ?? last
    return E.right({ last, lastOnSubject: to })
  }
  return async (subject: string): Promise<Either<BusRefusal, Newest>> => {
    const found = await inStream(subject)
    if (E.isLeft(found) || found.right.last) return found
    // What was there a moment ago may have been compacted away.
    const watermark = await base.watermark(true)
    if (E.isLeft(watermark)) return watermark
    const kept = await base.bySubject(subject)
    if (E.isLeft(kept)) return kept
    return E.right({ ...found.right, last: kept.right && reader.one(kept.right) })
  }
}
