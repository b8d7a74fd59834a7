import { right } from '../src/contract/events.ts'
import { compactionContract } from '../src/contract.ts'
import { compactLog, jetStreamEventLog, keepSnapshots, memoryEventLog } from '../src/index.ts'
import type { EventLog } from '../src/index.ts'
import { natsSuite } from '../../bus/test/nats-suite.ts'

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
  const open = async (): Promise<EventLog> =>
    right(await jetStreamEventLog(on.bus, { cluster: 'test', stream, watermarkMilliseconds: 0 }))
  compactionContract('jetStreamEventLog', async () => {
    const snapshots = keepSnapshots({ bus: on.bus, stream, policy: { every: 1, keep: 2 } })
    const log = await open()
    return {
      log,
      again: open,
      compact: async upTo => {
        const { last } = right(await log.bounds())
        const retention = { milliseconds: Infinity, bytes: Infinity, events: last - upTo }
        right(
          // Everything is old by tomorrow.
          await compactLog({ bus: on.bus, snapshots, retention, stream, least: 1, now: () => Date.now() + 86_400_000 }),
        )
      },
      close: async () => {
        for (const one of [stream, `OBJ_${stream}`]) right(await on.bus.jetstream.remove(one))
      },
    }
  })
})
