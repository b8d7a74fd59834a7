import assert from 'node:assert/strict'
import type { JetStream, Publication } from '@periplus/bus'
import { feedBeginning, generalMessage } from '@periplus/log'
import type { ToldObject, ToldToAll } from '@periplus/log'
import { E } from '@periplus/prelude'
import { storedAs } from '../../src/node-feed/next-messages.ts'
import { shortenNodeFeed } from '../../src/node-feed/shorten-node-feed.ts'
import { toldSoFar } from '../../src/node-feed/told-so-far.ts'

const service = (name: string): ToldToAll => ({
  ref: { group: '', resource: 'services', namespace: 'a', name },
  audience: { tag: 'All' },
  ...{ sequence: 1, uid: `uid of ${name}`, body: Buffer.from(JSON.stringify({ metadata: { name } })) },
})

/** A feed of messages to all, each of which says how far the feed is, and one service more. */
const feedOf = (count: number) => {
  const told = toldSoFar()
  const messages = Array.from({ length: count }, (_, i) => {
    const after = { ...feedBeginning, general: { at: i, run: i === 0 ? '-' : 'run' } }
    const mark = { through: i + 1, base: 1 }
    const message: Publication = generalMessage([service(`s${i}`)], { run: 'run', after }, mark)
    return storedAs(message, i + 1)
  })
  told.stored(messages)
  return { told, messages }
}

describe('a feed that is shortened', () => {
  it('tells again what goes with it, the last message that goes included', async () => {
    const { told, messages } = feedOf(300)
    const purged: number[] = []
    const said: string[] = []
    const jetstream: Pick<JetStream, 'state' | 'read' | 'purge'> = {
      state: async () =>
        E.right({ firstSequence: 1, lastSequence: 300, messages: 300, bytes: 1_000_000, metadata: {} }),
      read: async function* ({ from, to = 0 }) {
        yield messages.slice(from - 1, to)
      },
      purge: async (_, { upTo }) => {
        purged.push(upTo)
        return E.right(upTo)
      },
    }
    const say = async (objects: readonly ToldObject[], base: number): Promise<boolean> => {
      said.push(...objects.map(({ ref }) => ref.name))
      assert.equal(base, 300)
      return true
    }
    // All of it lives, and is long all the same.
    const bus = { jetstream: jetstream as JetStream }
    await shortenNodeFeed({ bus, told, most: { times: 0, bytes: 1 }, say })()
    assert.deepEqual(purged, [299])
    assert.deepEqual(
      said,
      Array.from({ length: 299 }, (_, i) => `s${i}`),
    )
  })
})
