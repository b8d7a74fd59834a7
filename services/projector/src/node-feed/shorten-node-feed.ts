import { E } from '@periplus/prelude'
import type { Bus, StoredMessage } from '@periplus/bus'
import { nodeFeedStream, readNodeFeed } from '@periplus/log'
import type { NodeFeedMessage, ToldObject } from '@periplus/log'
import type { ToldSoFar } from './told-so-far.ts'

/** What leaves a feed that is too long. */
export interface ShortenNodeFeed {
  readonly bus: Pick<Bus, 'jetstream'>
  readonly told: ToldSoFar
  /** What the feed may come to, as a multiple of what lives on it, and at least so many bytes. */
  readonly most: { readonly times: number; readonly bytes: number }
  /** Says all of these once more, and that the feed is whole for who reads it from `base` on. False: it is not known to be there. */
  readonly say: (objects: readonly ToldObject[], base: number) => Promise<boolean>
}

/** Messages that are looked at at once, and after how many more it is looked again. */
const atOnce = 1_000
const lookEvery = 256

/** The oldest messages, up to the last mark for all nodes among them: only there may the feed be cut off, as each message says what came since one to all. */
const oldest = async (
  { jetstream }: Pick<Bus, 'jetstream'>,
  from: number,
  to: number,
): Promise<{ readonly messages: readonly NodeFeedMessage[]; readonly upTo: number } | undefined> => {
  const found: NodeFeedMessage[] = []
  for await (const messages of jetstream.read({ stream: nodeFeedStream, from, to }))
    found.push(...messages.map(copied).flatMap(message => readNodeFeed(message) ?? []))
  const end = found.findLastIndex(({ audience, mark }) => audience.tag === 'All' && mark !== undefined)
  const upTo = found[end]?.at
  return upTo === undefined ? undefined : { messages: found.slice(0, end + 1), upTo }
}

const copied = (message: StoredMessage): StoredMessage => ({ ...message, data: Uint8Array.from(message.data) })

/**
 * Lets the oldest messages go while the feed is too long. What nodes still know by them is told again before. Asked for between two times that
 * something is said.
 */
export const shortenNodeFeed = ({ bus, told, most, say }: ShortenNodeFeed): (() => Promise<void>) => {
  let looked = 0
  return async () => {
    if (told.last - looked < lookEvery) return
    looked = told.last
    const { jetstream } = bus
    const state = await jetstream.state(nodeFeedStream)
    if (E.isLeft(state) || state.right.bytes <= Math.max(most.bytes, most.times * told.liveBytes)) return
    const { firstSequence, lastSequence } = state.right
    // The last mark stays: by it the next message is known to follow.
    const to = Math.min(lastSequence, (told.mark?.at ?? 1) - 1)
    for (let size = atOnce; ; size *= 2) {
      const end = Math.min(firstSequence + size - 1, to)
      const found = end < firstSequence ? undefined : await oldest(bus, firstSequence, end)
      if (!found && end < to) continue
      if (!found) return
      const again = found.messages.flatMap(({ at, objects }) =>
        objects.filter(object => object.body && told.isNewest(object, at)),
      )
      if (!(await say(again, found.upTo + 1))) return
      await jetstream.purge(nodeFeedStream, { subject: '>', upTo: found.upTo })
      // What is left may still be too long.
      looked -= lookEvery
      return
    }
  }
}
