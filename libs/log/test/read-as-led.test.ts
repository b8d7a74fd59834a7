import assert from 'node:assert/strict'
import type { StoredMessage } from '@periplus/bus'
import { asLed } from '../src/jetstream/read-as-led.ts'
import type { MissingHere } from '../src/jetstream/read-as-led.ts'

const message = (sequence: number): StoredMessage => ({
  ...{ subject: 'objects.x', sequence, time: 0, headers: '', data: new Uint8Array() },
})

describe('a log that is read from one of several servers', () => {
  const read = async (here: readonly (readonly number[])[], led: readonly number[], from = 1) => {
    const missing: MissingHere[] = []
    let questions = 0
    async function* source() {
      for (const batch of here) yield batch.map(message)
    }
    const nextKept = async (at: number) => {
      questions++
      const next = led.find(sequence => sequence >= at)
      return next === undefined ? undefined : message(next)
    }
    const batches: number[][] = []
    for await (const batch of asLed(source(), { from, nextKept, onMissing: found => missing.push(found) }))
      batches.push(batch.map(({ sequence }) => sequence))
    return { batches, missing, questions }
  }

  it('asks nothing where there is no gap', async () => {
    const { questions, batches } = await read([[4, 5], [6]], [], 4)
    assert.deepEqual([questions, batches], [0, [[4, 5], [6]]])
  })

  it('has gaps that the leader has too, for a question each', async () => {
    const led = [3, 7, 8, 12]
    const { questions, batches, missing } = await read([[3, 7], [8], [12]], led)
    assert.deepEqual([questions, batches, missing], [3, [[3, 7], [8], [12]], []])
  })

  it('has what the leader alone has, wherever it was lost, and tells of each piece', async () => {
    const led = [2, 3, 4, 6, 7, 8, 9, 11]
    const { batches, missing } = await read([[3, 7], [8], [11]], led)
    assert.deepEqual(batches, [[2, 3, 4, 6, 7], [8], [9, 11]])
    assert.deepEqual(missing, [
      { from: 2, to: 2, messages: 1 },
      { from: 4, to: 6, messages: 2 },
      { from: 9, to: 9, messages: 1 },
    ])
  })

  it('stays in order over more gaps than are asked about at once', async () => {
    const all = Array.from({ length: 400 }, (_, n) => n + 1)
    const { batches, missing } = await read([all.filter(n => n % 2 === 0)], all)
    assert.deepEqual(batches, [all])
    assert.equal(missing.length, 200)
  })
})
