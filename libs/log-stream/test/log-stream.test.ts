import assert from 'node:assert/strict'
import { connectBus } from '@periplus/bus'
import type { Bus } from '@periplus/bus'
import { temporaryNats } from '@periplus/service'
import type { LocalNats, Temporary } from '@periplus/service'
import { frameOf, logStreamContract, numbers, right, runOf, take, upTo } from '../src/contract.ts'
import { ensureLogStream, jetStreamLogStream, memoryLogStream } from '../src/index.ts'

logStreamContract('memoryLogStream', async () => {
  const stream = memoryLogStream()
  return { stream, store: async (subject, bytes) => stream.store(subject, bytes), close: async () => undefined }
})

describe('with a real NATS', () => {
  let nats: Temporary<LocalNats>
  let bus: Bus
  before(async function () {
    this.timeout(120_000)
    nats = await temporaryNats()
    bus = right(await connectBus({ ...nats.server, name: 'logs' }))
  })
  after(async () => {
    await bus.close()
    await nats.dispose()
  })

  logStreamContract('jetStreamLogStream', async () => {
    right(await ensureLogStream(bus))
    return {
      stream: jetStreamLogStream(bus),
      store: async (subject, data) => {
        assert.equal((await bus.jetstream.publish({ subject, headers: [], data })).tag, 'Stored')
      },
      close: async () => void right(await bus.jetstream.remove('LOGS')),
    }
  })

  it('reads on when the server was killed', async () => {
    right(await ensureLogStream(bus))
    const stream = jetStreamLogStream(bus)
    right(await stream.append(frameOf(runOf(), 1, 2)))
    const enough = new AbortController()
    const following = take(stream.read({ follow: true, signal: enough.signal }), 4)
    await nats.server.kill()
    await nats.restart()
    await bus.whenConnected()
    // What was acknowledged before the kill may be lost with it: both are appended again, as a node does.
    right(await stream.append(frameOf(runOf(), 1, 2)))
    right(await stream.append(frameOf(runOf(), 3, 4)))
    assert.deepEqual(numbers(await following), upTo(4))
    right(await bus.jetstream.remove('LOGS'))
  })
})
