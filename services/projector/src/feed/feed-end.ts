import { randomUUID } from 'node:crypto'
import { E } from '@periplus/prelude'
import type { Clock } from '@periplus/prelude'
import type { Bus, Publication, StoredMessage, StreamReaderState } from '@periplus/bus'
import { addToFeed, beginAnew, feedMessage, feedStream, toldAgain } from '@periplus/log'
import type { FeedPlace, RecordedEvent } from '@periplus/log'

/** The feed's end, as one writer has it. Each answers false where another one writes too, or the server does not answer. */
export interface FeedEnd {
  /** Messages of events, in the log's order, behind all that is there. */
  add(events: readonly RecordedEvent[]): Promise<boolean>
  /** Once more, for those who begin later. */
  again(messages: readonly StoredMessage[]): Promise<boolean>
  /** Lets go of everything up to a sequence of the feed. Who has still to read of it is told to begin anew. */
  letGo(upTo: number): Promise<boolean>
  /** Lets go of everything, and tells all to begin anew. */
  empty(): Promise<boolean>
}

/** `found`: where it is. */
export const feedEnd = (
  feed: Pick<Bus, 'jetstream'>,
  found: FeedPlace,
  { cluster, clock }: { readonly cluster: string; readonly clock: Pick<Clock, 'now'> },
): FeedEnd => {
  const { jetstream } = feed
  let { last, through } = found

  const add = async (messages: readonly Publication[]): Promise<boolean> => {
    const added = await addToFeed(feed, last, messages)
    last += messages.length
    return added
  }
  const tell = async (isMissed: (reader: StreamReaderState) => boolean): Promise<boolean> => {
    const readers = await jetstream.readers(feedStream)
    if (E.isLeft(readers)) return false
    const time = new Date(clock.now()).toISOString()
    const those = [...readers.right].filter(([, reader]) => isMissed(reader))
    return add(those.map(([name]) => beginAnew(cluster, name, { id: randomUUID(), time })))
  }
  const purge = async (upTo: number): Promise<boolean> =>
    E.isRight(await jetstream.purge(feedStream, { subject: '>', upTo }))

  return {
    add: async events => {
      through = events.at(-1)?.sequence ?? through
      return add(events.map(event => feedMessage(cluster, event)))
    },
    again: messages => add(messages.map(message => toldAgain(message, through))),
    letGo: async upTo => (await tell(({ place, pending }) => place < upTo && pending > 0)) && purge(upTo),
    empty: async () => {
      const upTo = last
      through = 0
      return (await tell(() => true)) && purge(upTo)
    },
  }
}
