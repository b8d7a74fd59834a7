import assert from 'node:assert/strict'
import { E } from '@periplus/prelude'
import { natsSuite } from '../../../libs/bus/test/nats-suite.ts'
import { claimPlace } from '../src/run/kept-place.ts'
import { jetStreamPositions } from '../src/positions/jetstream-positions.ts'
import { memoryPositions } from '../src/positions/memory-positions.ts'
import type { SinkPositions } from '../src/positions/positions.ts'
import { right } from './world.ts'

const place = (position: number) => ({ position, delivered: position, dropped: 0 })

const positionsContract = (name: string, open: () => Promise<SinkPositions>): void => {
  describe(`places of sinks, ${name}`, () => {
    it('are found again by who comes next, who fences off the one before', async () => {
      const positions = await open()
      const first = right(await claimPlace(positions, 'uid-1', 'r1'))
      assert.equal(first.found, undefined)
      assert.equal(await first.keep(place(3)), true)
      assert.equal(await first.keep(place(5)), true)
      const second = right(await claimPlace(positions, 'uid-1', 'r2'))
      assert.deepEqual(second.found, { ...place(5), router: 'r1' })
      assert.equal(await first.keep(place(4)), false)
      assert.equal(await first.keep(place(4)), false)
      assert.equal(await second.keep(place(6)), true)
      assert.deepEqual(right(await positions.load('uid-1')).value, { ...place(6), router: 'r2' })
    })

    it('of two that claim a new sink at once are kept of one', async () => {
      const positions = await open()
      const both = [
        right(await claimPlace(positions, 'uid-2', 'r1')),
        right(await claimPlace(positions, 'uid-2', 'r2')),
      ]
      assert.deepEqual(await Promise.all(both.map(each => each.keep(place(1)))), [true, false])
    })

    it('of sinks that are gone are forgotten, of those alone', async () => {
      const positions = await open()
      for (const uid of ['uid-8', 'uid-9']) await right(await claimPlace(positions, uid, 'r1')).keep(place(1))
      await positions.forget('uid-8')
      await positions.forget('never')
      const kept = await Promise.all(
        ['uid-8', 'uid-9'].map(async uid => right(await positions.load(uid)).value?.position),
      )
      assert.deepEqual(kept, [undefined, 1])
    })

    it('of which nobody knows whether they were kept are looked up before the next', async () => {
      const positions = await open()
      let lose = false
      const unsure: SinkPositions = {
        ...positions,
        save: async (...words) => {
          const saved = await positions.save(...words)
          return lose ? E.left({ tag: 'Unavailable', message: 'no answer' }) : saved
        },
      }
      const mine = right(await claimPlace(unsure, 'uid-3', 'r1'))
      assert.equal(await mine.keep(place(1)), true)
      lose = true
      assert.equal(await mine.keep(place(2)), true)
      lose = false
      assert.equal(await mine.keep(place(3)), true)
      assert.equal(right(await positions.load('uid-3')).value?.position, 3)
    })
  })
}

const memory = memoryPositions()
positionsContract('in memory', async () => memory)

describe('with a real NATS', () => {
  const suite = natsSuite('positions')
  positionsContract('on a stream', async () => right(await jetStreamPositions(suite.bus)))

  it('outlive the server, one message a sink; what is no place is none', async () => {
    const positions = right(await jetStreamPositions(suite.bus))
    const mine = right(await claimPlace(positions, 'uid-4', 'r1'))
    for (let i = 1; i <= 20; i++) await mine.keep(place(i))
    await suite.nats.server.kill()
    await suite.nats.restart()
    await suite.bus.whenConnected()
    assert.equal(right(await positions.load('uid-4')).value?.position, 20)
    await suite.bus.jetstream.publish({ subject: 'log-sinks.uid-5', headers: [], data: Buffer.from('{"position":-1}') })
    assert.equal(right(await positions.load('uid-5')).value, undefined)
    await suite.bus.jetstream.publish({
      subject: 'log-sinks.uid-4',
      headers: [],
      data: Buffer.from('{"type":"an answer"}'),
    })
    const found = right(await positions.load('uid-4'))
    assert.equal(found.value?.position, 20, 'what is stored behind a place takes it away from nobody')
    right(await positions.save('uid-4', { ...place(21), router: 'r1' }, found.revision))
    assert.equal(right(await positions.load('uid-4')).value?.position, 21)
    const { messages } = right(await suite.bus.jetstream.state('LOG_SINKS'))
    assert.ok(messages <= 6, String(messages))
  })
})
