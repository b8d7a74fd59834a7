import { right } from '../src/contract/events.ts'
import { compactionContract } from '../src/contract.ts'
import {
  blobsOver,
  compactLog,
  jetStreamEventLog,
  keepSnapshots,
  memoryEventLog,
  objectStoreBlobs,
  s3Blobs,
} from '../src/index.ts'
import type { Blobs, EventLog } from '../src/index.ts'
import { natsSuite } from '../../bus/test/nats-suite.ts'
import { s3Server } from './support/s3-server.ts'

compactionContract('memoryEventLog', async () => {
  const log = memoryEventLog()
  return {
    log,
    again: async () => log,
    compact: async upTo => log.forget(upTo),
    close: async () => undefined,
  }
})

const stream = 'EVENTS'

describe('with a real NATS', () => {
  const on = natsSuite('compaction')
  const opened = async (blobs: Blobs, closeBlobs: () => Promise<void>) => {
    const open = async (): Promise<EventLog> =>
      right(await jetStreamEventLog(on.bus, { cluster: 'test', stream, watermarkMilliseconds: 0, snapshots: blobs }))
    const snapshots = keepSnapshots({ bus: on.bus, stream, blobs, policy: { every: 1, keep: 2 } })
    const log = await open()
    return {
      log,
      again: open,
      compact: async (upTo: number) => {
        const { last } = right(await log.bounds())
        const retention = { milliseconds: Infinity, bytes: Infinity, events: last - upTo }
        right(
          // Everything is old by tomorrow.
          await compactLog({
            ...{ bus: on.bus, snapshots, blobs, retention, stream, least: 1, now: () => Date.now() + 86_400_000 },
          }),
        )
      },
      close: async () => {
        for (const one of [stream, `OBJ_${stream}`]) await on.removeStream(one)
        await closeBlobs()
      },
    }
  }
  const onNats = (): Blobs => objectStoreBlobs(on.bus, stream)
  compactionContract('jetStreamEventLog', () => opened(onNats(), async () => undefined))
  compactionContract('jetStreamEventLog with snapshots in S3', async () => {
    const { bucket, close } = await s3Server()
    return opened(blobsOver(s3Blobs(bucket), onNats()), close)
  })
})
