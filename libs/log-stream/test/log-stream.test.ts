import assert from 'node:assert/strict'
import { natsSuite } from '../../bus/test/nats-suite.ts'
import { frameOf, logStreamContract, numbers, right, runOf, take, upTo } from '../src/contract.ts'
import { ensureLogStream, jetStreamLogStream, memoryLogStream } from '../src/index.ts'

logStreamContract('memoryLogStream', async () => {
  const stream = memoryLogStream()
  return { stream, store: async (subject, bytes) => stream.store(subject, bytes), close: async () => undefined }
})

describe('with a real NATS', () => {
  const suite = natsSuite('logs')

  logStreamContract('jetStreamLogStream', async () => {
    right(await ensureLogStream(suite.bus))
    return {
      stream: jetStreamLogStream(suite.bus),
      store: async (subject, data) => {
        assert.equal((await suite.bus.jetstream.publish({ subject, headers: [], data })).tag, 'Stored')
      },
      close: () => suite.removeStream('LOGS'),
    }
  })

  it('reads on when the server was killed', async () => {
    right(await ensureLogStream(suite.bus))
    const stream = jetStreamLogStream(suite.bus)
    right(await stream.append(frameOf(runOf(), 1, 2)))
    const enough = new AbortController()
    const following = take(stream.read({ follow: true, signal: enough.signal }), 4)
    await suite.nats.server.kill()
    await suite.nats.restart()
    await suite.bus.whenConnected()
    // What was acknowledged before the kill may be lost with it: both are appended again, as a node does.
    right(await stream.append(frameOf(runOf(), 1, 2)))
    right(await stream.append(frameOf(runOf(), 3, 4)))
    assert.deepEqual(numbers(await following), upTo(4))
    await suite.removeStream('LOGS')
  })
})
