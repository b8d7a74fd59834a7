import { temporaryNats } from '@periplus/service'
import type { LocalNats, Temporary } from '@periplus/service'
import { connectBus } from '@periplus/bus'
import type { Bus } from '@periplus/bus'
import { right } from '../src/contract/events.ts'
import { compactionContract } from '../src/contract.ts'
import { compactLog, jetStreamEventLog, keepSnapshots, memoryEventLog } from '../src/index.ts'
import type { EventLog } from '../src/index.ts'

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
  let nats: Temporary<LocalNats>
  let bus: Bus
  before(async function () {
    this.timeout(120_000)
    nats = await temporaryNats()
    bus = right(await connectBus({ ...nats.server, name: 'compaction' }))
  })
  after(async () => {
    await bus.close()
    await nats.dispose()
  })
  const open = async (): Promise<EventLog> =>
    right(await jetStreamEventLog(bus, { cluster: 'test', stream, watermarkMilliseconds: 0 }))
  compactionContract('jetStreamEventLog', async () => {
    const snapshots = keepSnapshots({ bus, stream, policy: { every: 1, keep: 2 } })
    const log = await open()
    return {
      log,
      again: open,
      compact: async upTo => {
        const { last } = right(await log.bounds())
        const retention = { milliseconds: Infinity, bytes: Infinity, events: last - upTo }
        right(
          // Everything is old by tomorrow.
          await compactLog({ bus, snapshots, retention, stream, least: 1, now: () => Date.now() + 86_400_000 }),
        )
      },
      close: async () => {
        for (const one of [stream, `OBJ_${stream}`]) right(await bus.jetstream.remove(one))
      },
    }
  })
})
