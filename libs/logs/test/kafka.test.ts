import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { builtInBackends } from '../src/index.ts'
import type { LogBackend } from '../src/index.ts'
import { contractLimits, lineOf, openWriter, sourceOf } from '../src/contract.ts'

/** Of the client, as nothing else here waits for time. */
const timers = (): number => process.getActiveResourcesInfo().filter(name => name === 'Timeout').length

describe('Kafka that is away', () => {
  it('is asked again by nobody when the writer has said so and is closed', async () => {
    let asked = 0
    const hangsUp = createServer(socket => {
      asked++
      socket.on('error', () => undefined).destroy()
    })
    hangsUp.listen(0, '127.0.0.1')
    await once(hangsUp, 'listening')
    const { port } = hangsUp.address() as AddressInfo
    const before = timers()
    const writer = await openWriter({
      backend: builtInBackends.get('kafka') as LogBackend,
      config: { brokers: `127.0.0.1:${port}` },
      ...{ received: async () => [], faults: {}, close: async () => undefined },
      limits: { ...contractLimits, answerWithin: 500 },
    })
    const answer = await writer.write([lineOf(sourceOf(), 1)], new AbortController().signal)
    assert.equal(answer.tag, 'Unavailable')
    assert.ok(asked > 0)
    await writer.close()
    hangsUp.close()
    await once(hangsUp, 'close')
    // What it had begun comes to its end, as there is one.
    while (timers() > before) await new Promise(setImmediate)
  })
})
