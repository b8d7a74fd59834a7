import assert from 'node:assert/strict'
import { temporaryNats } from '@periplus/service'
import type { LocalNats, Temporary } from '@periplus/service'
import { connectBus } from '@periplus/bus'
import type { Bus } from '@periplus/bus'
import { eventOf, right, take } from '../src/contract/events.ts'
import { eventLogContract, eventLogFaultContract } from '../src/contract.ts'
import { jetStreamEventLog, memoryEventLog } from '../src/index.ts'
import type { EventLog } from '../src/index.ts'

eventLogContract('memoryEventLog', async () => ({ log: memoryEventLog(), close: async () => undefined }))

/** Nobody may remove the one that is called OBJECTS. */
const stream = 'EVENTS'

describe('with a real NATS', () => {
  let nats: Temporary<LocalNats>
  let bus: Bus
  before(async function () {
    this.timeout(120_000)
    nats = await temporaryNats()
    bus = right(await connectBus({ ...nats.server, name: 'contract' }))
  })
  after(async () => {
    await bus.close()
    await nats.dispose()
  })

  const open = async () => ({
    log: right(await jetStreamEventLog(bus, { cluster: 'test', stream })),
    kill: () => nats.server.kill(),
    restart: async () => void (await nats.restart()),
    recovered: () => bus.whenConnected(),
    close: async () => void right(await bus.jetstream.remove(stream)),
  })
  eventLogContract('jetStreamEventLog', open)
  eventLogFaultContract('jetStreamEventLog', open)

  it('says what is gone when the log was compacted', async () => {
    // As a compaction leaves it: the watermark in the stream's metadata.
    right(
      await bus.jetstream.ensure({
        ...{ name: stream, subjects: ['objects.>'], replicas: 1, maxAgeMilliseconds: 0, maxBytes: -1 },
        ...{ duplicateWindowMilliseconds: 120_000, rollup: true, denyDelete: true, durability: 'synced' },
        metadata: { 'io.periplus.watermark': '1' },
      }),
    )
    await refusesWhatIsGone(right(await jetStreamEventLog(bus, { cluster: 'test', stream })), async () => undefined)
    right(await bus.jetstream.remove(stream))
  })
})

it('memoryEventLog says what is gone when it was told to forget', async () => {
  const log = memoryEventLog()
  await refusesWhatIsGone(log, async () => log.forget(1))
})

/** The first event is gone after `forget`. */
const refusesWhatIsGone = async (log: EventLog, forget: () => Promise<void>): Promise<void> => {
  for (const name of ['a', 'b', 'c']) right(await log.append(eventOf(name)))
  await forget()
  const gap = { name: 'LogGap', from: 1, first: 2 }
  await assert.rejects(take(log.follow(1, new AbortController().signal)), gap)
  await assert.rejects(take(log.range(1, 3)), gap)
  assert.deepEqual(
    (await take(log.range(2, 3))).map(({ sequence }) => sequence),
    [2, 3],
  )
  assert.deepEqual((await take(log.follow(2, new AbortController().signal), 2)).length, 2)
}
