import assert from 'node:assert/strict'
import { virtualClock } from '@periplus/prelude'
import { keepRetention, memoryLogStream } from '../src/index.ts'
import type { LogRetention } from '../src/index.ts'
import { frameOf, numbers, right, runOf, take, upTo } from '../src/contract.ts'

describe('what a namespace keeps of its lines', () => {
  const world = (retention: LogRetention) => {
    const clock = virtualClock(1_000_000)
    const stream = memoryLogStream(() => clock.now())
    const over = new AbortController()
    const begin = () =>
      keepRetention({ stream, clock, signal: over.signal, wanted: () => new Map([['default', retention]]) })
    const append = async (from: number, to: number, namespace = 'default'): Promise<void> => {
      for (const number of upTo(to, from)) right(await stream.append(frameOf(runOf({ namespace }), number, number)))
    }
    const kept = async (namespace = 'default') => numbers(await take(stream.read({ scope: { namespace } })))
    const settle = async (): Promise<void> => {
      for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate)
    }
    return { clock, append, kept, settle, over, begin }
  }

  it('goes by age, and by nobody else’s', async () => {
    const { clock, append, kept, settle, over, begin } = world({ mostMilliseconds: 100_000 })
    await append(1, 3)
    await append(1, 3, 'other')
    clock.advance(50_000)
    await append(4, 5)
    const running = begin()
    await settle()
    assert.deepEqual(await kept(), upTo(5))
    clock.advance(60_000)
    await settle()
    assert.deepEqual(await kept(), [4, 5])
    clock.advance(60_000)
    await settle()
    assert.deepEqual([await kept(), await kept('other')], [[], upTo(3)])
    over.abort()
    await running
  })

  it('goes by bytes, the oldest first, also of what comes later', async () => {
    const size = frameOf(runOf(), 1, 1).bytes.length
    const { clock, append, kept, settle, over, begin } = world({ mostBytes: 3 * size })
    await append(1, 5)
    await append(1, 5, 'other')
    const running = begin()
    await settle()
    assert.deepEqual(await kept(), [3, 4, 5])
    await append(6, 7)
    clock.advance(60_000)
    await settle()
    assert.deepEqual([await kept(), await kept('other')], [[5, 6, 7], upTo(5)])
    over.abort()
    await running
  })
})
