import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import type { BusRefusal } from '../refusal.ts'
import type { JetStream } from './jetstream.ts'
import type { StoredMessage } from './stored-message.ts'

/** What a subject has, of which others may have had the server store something, too. */
export interface LastReadable<A> {
  /** Of the subject's last message, whatever that is: what a write expects. 0: there is none. */
  readonly revision: number
  /** The newest message that can be read; absent: none can. */
  readonly value?: A
}

/**
 * The newest message of a subject that `read` makes something of; it gives `undefined` for what is not ours. NATS lets whoever may ask it
 * anything have the answer stored at any subject, so what stands last is not always what was written last.
 */
export const lastReadable = async <A>(
  jetstream: Pick<JetStream, 'lastMessage' | 'nextMessage'>,
  stream: string,
  subject: string,
  read: (message: StoredMessage) => A | undefined,
): Promise<Either<BusRefusal, LastReadable<A>>> => {
  const last = await jetstream.lastMessage(stream, subject)
  if (E.isLeft(last)) return last
  if (!last.right) return E.right({ revision: 0 })
  const newest = read(last.right)
  if (newest !== undefined) return E.right({ revision: last.right.sequence, value: newest })
  let [revision, value] = [0, undefined as A | undefined]
  // To the present end: what was there may be replaced meanwhile, first by what is new and then by its removal.
  for (;;) {
    const found = await jetstream.nextMessage(stream, subject, revision + 1)
    if (E.isLeft(found)) return found
    if (!found.right) return E.right(value === undefined ? { revision } : { revision, value })
    revision = found.right.sequence
    value = read(found.right) ?? value
  }
}
