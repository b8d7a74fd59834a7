import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { temporaryNats } from '@periplus/service'
import type { LocalNats, Temporary } from '@periplus/service'
import { connectBus } from '@periplus/bus'
import type { Bus } from '@periplus/bus'
import { right } from '../src/contract/events.ts'
import { blobsContract } from '../src/contract.ts'
import { directoryBlobs, memoryBlobs, objectStoreBlobs } from '../src/index.ts'

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
  let nats: Temporary<LocalNats>
  let bus: Bus
  before(async function () {
    this.timeout(120_000)
    nats = await temporaryNats()
    bus = right(await connectBus({ ...nats.server, name: 'blobs' }))
  })
  after(async () => {
    await bus.close()
    await nats.dispose()
  })
  blobsContract('objectStoreBlobs', async () => ({
    blobs: objectStoreBlobs(bus, 'test'),
    again: () => objectStoreBlobs(bus, 'test'),
    damage: async blob => {
      // The server keeps no message that was changed; what is gone is as good.
      const chunk = right(await bus.jetstream.nextMessage('OBJ_test', '$O.test.C.>', 1))
      if (chunk) right(await bus.jetstream.purge('OBJ_test', { subject: chunk.subject, upTo: chunk.sequence }))
      return void blob
    },
    close: async () => void right(await bus.jetstream.remove('OBJ_test')),
  }))
})
