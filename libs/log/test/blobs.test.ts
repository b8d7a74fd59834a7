import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { right } from '../src/contract/events.ts'
import { blobsContract } from '../src/contract.ts'
import { directoryBlobs, memoryBlobs, objectStoreBlobs } from '../src/index.ts'
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
    close: async () => void right(await on.bus.jetstream.remove('OBJ_test')),
  }))
})
