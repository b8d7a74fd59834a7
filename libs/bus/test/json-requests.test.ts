import assert from 'node:assert/strict'
import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import { temporaryNats } from '@periplus/service'
import type { LocalNats, Temporary } from '@periplus/service'
import { connectBus, requestJson, serveJson } from '../src/index.ts'
import type { Bus, Decode } from '../src/index.ts'

const numeric: Decode<number> = value => (typeof value === 'number' ? E.right(value) : E.left('what is no number'))

describe('requests in JSON', () => {
  let nats: Temporary<LocalNats>
  let bus: Bus
  before(async function () {
    this.timeout(120_000)
    nats = await temporaryNats({ sync: 'interval' })
    const connected: Either<unknown, Bus> = await connectBus({ ...nats.server, name: 'test' })
    assert.ok(E.isRight(connected))
    bus = connected.right
  })
  after(async () => {
    await bus.close()
    await nats.dispose()
  })

  it('are answered, refused, or fail, and say so', async () => {
    const errors: unknown[] = []
    serveJson(
      bus,
      'half',
      numeric,
      async question => {
        if (question === 13) throw new Error('a bug')
        if (question === 99) return E.right('half of 99')
        return question % 2 === 0 ? E.right(question / 2) : E.left({ reason: 'Odd' })
      },
      { onError: error => errors.push(error) },
    )
    const ask = (question: unknown) => requestJson(bus, 'half', question, numeric)
    assert.deepEqual(await ask(42), E.right(21))
    assert.deepEqual(await ask(7), E.left({ tag: 'Refused', refusal: { reason: 'Odd' } }))
    assert.deepEqual(await ask('x'), E.left({ tag: 'Failed', message: 'what is no number' }))
    assert.deepEqual(await ask(99), E.left({ tag: 'Failed', message: 'half answered what is no number' }))
    assert.deepEqual(await ask(13), E.left({ tag: 'Failed', message: 'internal error' }))
    assert.match(String(errors[0]), /a bug/)
  })

  it('say when nobody answers, or not in time', async () => {
    const nobody = await requestJson(bus, 'nobody', 1, numeric)
    assert.ok(E.isLeft(nobody))
    assert.equal(nobody.left.tag, 'NoPeer')
    const serving = serveJson(bus, 'silent', numeric, () => new Promise(() => undefined))
    const late = await requestJson(bus, 'silent', 1, numeric, { timeoutMilliseconds: 50 })
    assert.ok(E.isLeft(late))
    assert.equal(late.left.tag, 'Unavailable')
    serving.close()
  })
})
