import assert from 'node:assert/strict'
import { virtualClock } from '@periplus/prelude'
import type { LogLine, LogWriter, WriteAnswer, WriteFailure } from '../src/index.ts'
import { delivery } from '../src/index.ts'
import { linesOf, sourceOf } from '../src/contract.ts'

const taken: WriteAnswer = { tag: 'Taken' }

const writerOf = (answer: (lines: readonly LogLine[]) => WriteAnswer | Promise<WriteAnswer>) => {
  const asked: (readonly number[])[] = []
  const writer: LogWriter = {
    write: async lines => {
      asked.push(lines.map(({ number }) => number))
      return answer(lines)
    },
    flush: async () => undefined,
    close: async () => undefined,
  }
  return { asked, writer }
}

const settle = async (): Promise<void> => {
  for (let i = 0; i < 20; i++) await new Promise(resolve => setImmediate(resolve))
}

/** A delivery on a clock that moves on as soon as somebody waits for it; `waits` has how long that was. */
const deliveryOn = (writer: LogWriter) => {
  const clock = virtualClock(0)
  const waits: number[] = []
  const failures: WriteFailure[] = []
  const { deliver } = delivery(writer, {
    clock: {
      now: () => clock.now(),
      after: (milliseconds, task) => {
        waits.push(milliseconds)
        setImmediate(task)
        return () => undefined
      },
    },
    ...{ firstWait: 100, longestWait: 1_000, onFailure: failure => failures.push(failure) },
  })
  return { deliver, waits, failures }
}

const { signal } = new AbortController()

describe('delivery', () => {
  it('waits longer each time, as long as it is asked to, and never longer than it may', async () => {
    const answers: WriteAnswer[] = [
      { tag: 'Unavailable', why: 'a' },
      { tag: 'Unavailable', why: 'b' },
      { tag: 'Unavailable', why: 'c', retryAfter: 700 },
      { tag: 'Unavailable', why: 'd', retryAfter: 1e12 },
      { tag: 'Denied', why: 'e' },
      taken,
    ]
    const { writer, asked } = writerOf(() => answers.shift() ?? taken)
    const { deliver, waits } = deliveryOn(writer)
    assert.equal((await deliver(linesOf(sourceOf(), 1, 2), signal)).delivered, 2)
    assert.deepEqual(waits, [100, 200, 700, 1_000, 1_000])
    assert.deepEqual(
      asked,
      Array.from({ length: 6 }, () => [1, 2]),
    )
  })

  it('remembers how many lines were not too many', async () => {
    const { writer, asked } = writerOf(lines => (lines.length > 3 ? { tag: 'TooLarge', why: '413' } : taken))
    const { deliver } = deliveryOn(writer)
    await deliver(linesOf(sourceOf(), 1, 12), signal)
    const before = asked.length
    await deliver(linesOf(sourceOf(), 13, 24), signal)
    assert.equal(asked.length - before, 4)
    const sent = asked.filter(({ length }) => length <= 3).flat()
    assert.deepEqual(
      sent,
      Array.from({ length: 24 }, (_, i) => i + 1),
    )
  })

  it('gives up a line that is too large by itself, and says so', async () => {
    const { writer } = writerOf(lines =>
      lines.some(({ number }) => number === 2) ? { tag: 'TooLarge', why: '413' } : taken,
    )
    const { delivered, lost } = await deliveryOn(writer).deliver(linesOf(sourceOf(), 1, 4), signal)
    assert.deepEqual([delivered, lost.map(({ line, why }) => [line.number, why])], [3, [[2, '413']]])
  })

  it('stops giving lines up when the backend refuses them all: that is no fault of theirs', async () => {
    let isMended = false
    const { writer } = writerOf(() => (isMended ? taken : { tag: 'Poisoned', why: '400' }))
    const { deliver, failures } = deliveryOn(writer)
    const delivering = deliver(linesOf(sourceOf(), 1, 1_000), signal)
    while (failures.length < 5) await settle()
    isMended = true
    const { delivered, lost, left } = await delivering
    assert.deepEqual([delivered, lost.length, left.length], [900, 100, 0])
    assert.deepEqual(failures[0], { tag: 'Denied', why: 'every line is refused: 400' })
  })

  it('takes a writer that throws for one that is away', async () => {
    let first = true
    const { writer } = writerOf(() => {
      if (!first) return taken
      first = false
      throw new Error('a bug')
    })
    assert.equal((await deliveryOn(writer).deliver(linesOf(sourceOf(), 1, 2), signal)).delivered, 2)
  })
})
