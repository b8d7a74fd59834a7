import assert from 'node:assert/strict'
import type { JetStream } from '@periplus/bus'
import { memoryBlobs, unhurried } from '../src/index.ts'

describe('work that nobody waits for', () => {
  /** A clock that tells of rests, and lets them pass at once. */
  const resting = (signal = new AbortController().signal, hurries = () => false) => {
    let time = 0
    const rests: number[] = []
    const clock = {
      now: () => time,
      after: (milliseconds: number, then: () => void) => {
        rests.push(milliseconds)
        time += milliseconds
        queueMicrotask(then)
        return () => undefined
      },
    }
    const work = (milliseconds: number): void => void (time += milliseconds)
    return { slow: unhurried(clock, signal, hurries, clock.now), rests, work }
  }
  const messages = Array.from({ length: 50 }, (_, i) => ({
    ...{ subject: 'objects.core.pods.default.web', sequence: i + 1, time: 0, headers: '' },
    data: Buffer.alloc(1),
  }))
  const source = {
    read: async function* () {
      yield messages.slice(0, 33)
      yield messages.slice(33)
    },
  } as unknown as JetStream

  it('rests after each small step nine times as long as that took, and loses nothing', async () => {
    const { slow, rests, work } = resting()
    const read: number[] = []
    for await (const batch of slow.jetstream(source).read({ stream: 'EVENTS', from: 1 })) {
      assert.ok(batch.length <= 16)
      read.push(...batch.map(({ sequence }) => sequence))
      work(2)
    }
    assert.deepEqual(
      read,
      messages.map(({ sequence }) => sequence),
    )
    assert.deepEqual(rests, [18, 18, 18, 18, 18])
  })

  it('goes on where there is little of it, and rests no longer than a tenth of a second', async () => {
    const { slow, rests, work } = resting()
    const blobs = slow.blobs(memoryBlobs())
    const chunks = async function* () {
      for (let i = 0; i < 4; i++) yield Buffer.alloc(10)
    }
    const written = await blobs.write('one', chunks())
    assert.ok(written._tag === 'Right')
    const times = [0.1, 0.1, 0.1, 500]
    for await (const _ of blobs.read(written.right)) work(times.shift() ?? 0)
    assert.equal(rests.at(-1), 100)
    assert.equal(rests.length, 1)
  })

  it('is done without rests while somebody hurries it', async () => {
    let isBehind = true
    const { slow, rests, work } = resting(undefined, () => isBehind)
    for await (const batch of slow.jetstream(source).read({ stream: 'EVENTS', from: 1 })) {
      work(2)
      if (batch[0]?.sequence === 34) isBehind = false
    }
    assert.deepEqual(rests, [18, 18])
  })

  it('is done without rests once it is to end', async () => {
    const end = new AbortController()
    const { slow, rests, work } = resting(end.signal)
    for await (const batch of slow.jetstream(source).read({ stream: 'EVENTS', from: 1 })) {
      work(2)
      if (batch[0]?.sequence === 17) end.abort()
    }
    assert.deepEqual(rests, [18])
  })
})
