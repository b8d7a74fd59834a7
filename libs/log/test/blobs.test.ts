import assert from 'node:assert/strict'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { E } from '@periplus/prelude'
import { right } from '../src/contract/events.ts'
import { blobsContract } from '../src/contract.ts'
import { blobsOver, directoryBlobs, memoryBlobs, objectStoreBlobs } from '../src/index.ts'
import type { BlobInfo, Blobs } from '../src/index.ts'
import { natsSuite } from '../../bus/test/nats-suite.ts'

blobsContract('memoryBlobs', async () => {
  const blobs = memoryBlobs()
  return {
    ...{ blobs, again: () => blobs, close: async () => undefined },
    damage: async blob => {
      const chunk = right(await blobs.chunk(blob, 0))
      if (chunk) chunk[0] = 0
    },
  }
})

blobsContract('directoryBlobs', async () => {
  const parent = await mkdtemp(join(tmpdir(), 'periplus-blobs-'))
  const directory = join(parent, 'blobs')
  return {
    blobs: directoryBlobs(directory),
    again: () => directoryBlobs(directory),
    damage: async ({ name }) => {
      const path = join(directory, (await readdir(directory)).find(file => file === `${name}.chunks`) ?? '')
      const bytes = await readFile(path)
      bytes[0] = 0
      await writeFile(path, bytes)
    },
    close: () => rm(parent, { recursive: true }),
  }
})

blobsContract('blobsOver', async () => {
  const [upper, lower] = [memoryBlobs(), memoryBlobs()]
  return {
    ...{ blobs: blobsOver(upper, lower), again: () => blobsOver(upper, lower), close: async () => undefined },
    damage: async blob => {
      const chunk = right(await upper.chunk(blob, 0))
      if (chunk) chunk[0] = 0
    },
  }
})

async function* oneChunk(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text)
}

const contentOf = async (blobs: Blobs): Promise<Readonly<Record<string, string>>> => {
  const found: Record<string, string> = {}
  for (const blob of right(await blobs.list()))
    for await (const chunk of blobs.read({ ...blob })) found[blob.name] = Buffer.from(chunk).toString()
  return found
}

describe('blobs over others', () => {
  it('are those of both places, and leave the lower one as they are written anew or removed', async () => {
    const [upper, lower] = [memoryBlobs(), memoryBlobs()]
    const both = blobsOver(upper, lower)
    for (const name of ['a', 'b', 'c']) right(await lower.write(name, oneChunk(`low ${name}`)))
    right(await upper.write('c', oneChunk('high c')))
    assert.deepEqual(await contentOf(both), { a: 'low a', b: 'low b', c: 'high c' })
    const [, b] = right(await both.list())
    assert.equal(Buffer.from(right(await both.chunk(b as BlobInfo, 0)) ?? []).toString(), 'low b')
    right(await both.write('a', oneChunk('new a')))
    right(await both.remove('b'))
    right(await both.remove('c'))
    assert.deepEqual([await contentOf(upper), await contentOf(lower)], [{ a: 'new a' }, {}])
  })

  it('are not there where either place does not answer', async () => {
    const away = { ...memoryBlobs(), list: async () => E.left({ tag: 'Unavailable' as const, message: 'away' }) }
    for (const both of [blobsOver(away, memoryBlobs()), blobsOver(memoryBlobs(), away)])
      assert.deepEqual(await both.list(), E.left({ tag: 'Unavailable', message: 'away' }))
  })
})

describe('blobs in a directory', () => {
  it('are there, and damaged, where what is said of one is not what was written', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'periplus-blobs-'))
    const blobs = directoryBlobs(directory)
    right(await blobs.write('a', oneChunk('a'), () => ({ said: 'this' })))
    const path = join(directory, 'a.json')
    await writeFile(path, (await readFile(path, 'utf8')).replace('this', 'that'))
    const [a] = right(await blobs.list())
    assert.equal(a?.name, 'a')
    await assert.rejects(contentOf(blobs), { name: 'DamagedBlob' })
    right(await blobs.sweep())
    assert.ok((await readdir(directory)).includes('a.chunks'))
    await rm(directory, { recursive: true })
  })
})

describe('with a real NATS', () => {
  const on = natsSuite('blobs')
  blobsContract('objectStoreBlobs', async () => ({
    blobs: objectStoreBlobs(on.bus, 'test'),
    again: () => objectStoreBlobs(on.bus, 'test'),
    damage: async blob => {
      // The server keeps no message that was changed; what is gone is as good.
      const chunk = right(await on.bus.jetstream.nextMessage('OBJ_test', '$O.test.C.>', 1))
      if (chunk) right(await on.bus.jetstream.purge('OBJ_test', { subject: chunk.subject, upTo: chunk.sequence }))
      return void blob
    },
    close: () => on.removeStream('OBJ_test'),
  }))
})
