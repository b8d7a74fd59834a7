import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { ReadStream } from '@periplus/bus'
import { E } from '@periplus/prelude'
import { right } from '../src/contract/events.ts'
import { keyStoreContract } from '../src/contract.ts'
import { jetStreamKeyStore, memoryKeyStore } from '../src/index.ts'
import { natsSuite } from '../../bus/test/nats-suite.ts'

keyStoreContract('memoryKeyStore', async () => ({ keys: memoryKeyStore(), close: async () => undefined }))

describe('with a real NATS', () => {
  const suite = natsSuite('keys')

  let streams = 0
  keyStoreContract('jetStreamKeyStore', async () => {
    const stream = `KEYS${++streams}`
    const keys = right(await jetStreamKeyStore(suite.bus, { stream }))
    return { keys, close: () => suite.removeStream(stream) }
  })

  const onDisk = (text: string): boolean =>
    readdirSync(suite.nats.directory, { recursive: true, withFileTypes: true }).some(
      file => file.isFile() && readFileSync(join(file.parentPath, file.name)).includes(text),
    )

  it("leaves nothing of a key that was shredded or replaced in the server's files", async () => {
    const keys = right(await jetStreamKeyStore(suite.bus))
    const [replaced, shredded, kept] = Array.from({ length: 3 }, () => randomBytes(60).toString('base64'))
    assert.ok(replaced && shredded && kept)
    const first = right(await keys.add('a', { by: 'k', key: replaced }))
    right(await keys.add('b', { by: 'k', key: kept }))
    assert.equal(onDisk(replaced), true)
    right(await keys.replace(first, { by: 'l', key: shredded }))
    right(await keys.shred('a'))
    assert.deepEqual([replaced, shredded, kept].map(onDisk), [false, false, true])
  })

  it('has all keys, though the server that is read from lacks some that others have', async () => {
    const stream = 'KEYSLACKING'
    const { jetstream } = suite.bus
    const lacks = new Set([1, 3])
    const damaged = {
      ...suite.bus,
      jetstream: {
        ...jetstream,
        copies: async () => E.right({ wanted: 3, others: [] }),
        read: async function* (request: ReadStream) {
          for await (const messages of jetstream.read(request))
            yield messages.filter(({ sequence }) => !lacks.has(sequence))
        },
      },
    }
    const keys = right(await jetStreamKeyStore(damaged, { stream }))
    for (const uid of ['a', 'b', 'c', 'd']) right(await keys.add(uid, { by: 'k', key: 'a2V5' }))
    assert.deepEqual(
      right(await keys.all()).map(({ uid }) => uid),
      ['a', 'b', 'c', 'd'],
    )
  })

  it('steps over messages that are no keys, which anybody can have the server store', async () => {
    const keys = right(await jetStreamKeyStore(suite.bus))
    const put = (uid: string, text: string) =>
      suite.bus.jetstream.publish({ subject: `keys.${uid}`, headers: [], data: Buffer.from(text) })
    const added = right(await keys.add('told', { by: 'k', key: 'a2V5' }))
    for (const junk of ['{', '{"type":"io.nats.jetstream.api.v1.stream_info_response"}']) {
      await put('told', junk)
      await put('odd', junk)
    }
    const found = right(await keys.find('told'))
    assert.ok(found)
    assert.deepEqual([found.by, found.key, found.time], [added.by, added.key, added.time])
    assert.deepEqual(
      right(await keys.all()).find(({ uid }) => uid === 'told'),
      found,
    )
    assert.equal(right(await keys.find('odd')), undefined)
    assert.ok(right(await keys.all()).every(({ uid }) => uid !== 'odd'))
    assert.equal(right(await keys.replace(found, { by: 'l', key: 'bmV3' })), true)
    assert.equal(right(await keys.add('odd', { by: 'k', key: 'a2V5' })).key, 'a2V5')
    assert.equal(right(await keys.find('told'))?.by, 'l')
  })
})
