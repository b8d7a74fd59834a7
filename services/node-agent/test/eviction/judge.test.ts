import assert from 'node:assert/strict'
import { judge, noPressure } from '../../src/eviction/judge.ts'
import type { PressureRecord } from '../../src/eviction/judge.ts'
import { usualPolicy } from '../../src/eviction/policy.ts'
import type { EvictionPolicy } from '../../src/eviction/policy.ts'
import type { Readings, Signal } from '../../src/eviction/signals.ts'

const mebi = 2 ** 20
const gibi = 2 ** 30

/** What is left, of so much, in bytes. */
const left = (readings: Partial<Record<Signal, readonly [number, number]>>): Readings =>
  new Map(
    Object.entries(readings).map(([signal, [available, capacity]]) => [signal as Signal, { available, capacity }]),
  )
const memory = (available: number): Readings => left({ 'memory.available': [available, 8 * gibi] })

/** given a policy and what was seen when (in seconds), what is due at the last look, and which conditions are told */
const judged = (policy: Partial<EvictionPolicy>, ...looks: readonly (readonly [number, Readings])[]) => {
  let record: PressureRecord = noPressure
  let last: ReturnType<typeof judge> | undefined
  for (const [second, readings] of looks) {
    last = judge({ ...usualPolicy, ...policy }, record, readings, second * 1000)
    record = last.record
  }
  const told = Object.entries(last?.pressure ?? {}).flatMap(([name, is]) => (is ? [name] : []))
  return [last?.due.map(({ signal, soft }) => `${signal}${soft ? ', softly' : ''}`), told] as const
}

describe('pressure', () => {
  describe('by the usual thresholds', () => {
    const disk = (share: number, gibibytes: number): Readings =>
      left({ 'nodefs.available': [share * gibibytes * gibi, gibibytes * gibi] })
    it('is seen on a small disk by its share', () => {
      assert.deepEqual(judged({}, [0, disk(0.11, 5)]), [[], []])
      assert.deepEqual(judged({}, [0, disk(0.09, 5)]), [['nodefs.available'], ['disk']])
    })
    it('is seen on a large disk by what is left', () => {
      assert.deepEqual(judged({}, [0, disk(0.03, 250)]), [[], []])
      assert.deepEqual(judged({}, [0, disk(0.003, 250)]), [['nodefs.available'], ['disk']])
    })
    it('is of memory first, and none of what has no size', () => {
      const readings = left({
        'nodefs.available': [0, 5],
        'nodefs.inodesFree': [0, 0],
        'memory.available': [99 * mebi, 2 ** 40],
      })
      assert.deepEqual(judged({}, [0, readings]), [
        ['memory.available', 'nodefs.available'],
        ['memory', 'disk'],
      ])
    })
    it('is told for five minutes after it was there', () => {
      const seen = [0, disk(0, 5)] as const
      assert.deepEqual(judged({}, seen, [299, disk(1, 5)]), [[], ['disk']])
      assert.deepEqual(judged({}, seen, [300, disk(1, 5)]), [[], []])
      assert.deepEqual(judged({ transitionMilliseconds: 10_000 }, seen, [10, disk(1, 5)]), [[], []])
    })
  })

  describe('by a soft threshold', () => {
    const soft = new Map([['memory.available', { most: 300 * mebi, graceMilliseconds: 90_000 }]] as const)
    it('is told at once, and nothing is done before its grace period is over', () => {
      const low = memory(200 * mebi)
      assert.deepEqual(judged({ soft }, [0, low]), [[], ['memory']])
      assert.deepEqual(judged({ soft }, [0, low], [89, low]), [[], ['memory']])
      assert.deepEqual(judged({ soft }, [0, low], [90, low]), [['memory.available, softly'], ['memory']])
    })
    it('begins anew after a moment of rest', () => {
      const low = memory(200 * mebi)
      assert.deepEqual(judged({ soft }, [0, low], [60, memory(300 * mebi)], [61, low], [120, low]), [[], ['memory']])
    })
    it('gives way to a hard one', () => {
      const low = memory(50 * mebi)
      assert.deepEqual(judged({ soft }, [0, low]), [['memory.available'], ['memory']])
      assert.deepEqual(judged({ soft }, [0, low], [90, low]), [
        ['memory.available', 'memory.available, softly'],
        ['memory'],
      ])
      const both = left({ 'memory.available': [200 * mebi, 8 * gibi], 'nodefs.available': [0, gibi] })
      assert.deepEqual(judged({ soft }, [0, both], [90, both])[0], ['nodefs.available', 'memory.available, softly'])
    })
    it('may be a share of what there is', () => {
      const share = new Map([['memory.available', { share: 0.5, graceMilliseconds: 0 }]] as const)
      assert.deepEqual(judged({ soft: share }, [0, memory(4 * gibi)])[0], [])
      assert.deepEqual(judged({ soft: share }, [0, memory(4 * gibi - 1)])[0], ['memory.available, softly'])
    })
  })

  it('lasts until the minimum is reclaimed, where something was to be done', () => {
    const minimumReclaim = new Map([['memory.available', { most: 500 * mebi }]] as const)
    const more = [1, memory(550 * mebi)] as const
    assert.deepEqual(judged({ minimumReclaim }, more), [[], []])
    assert.deepEqual(judged({ minimumReclaim }, [0, memory(99 * mebi)], more), [['memory.available'], ['memory']])
    assert.deepEqual(judged({}, [0, memory(99 * mebi)], more), [[], ['memory']])
    assert.deepEqual(judged({ minimumReclaim }, [0, memory(99 * mebi)], [1, memory(600 * mebi)]), [[], ['memory']])
    const share = new Map([['memory.available', { share: 0.5 }]] as const)
    assert.deepEqual(judged({ minimumReclaim: share }, [0, memory(99 * mebi)], [1, memory(4 * gibi)])[0], [
      'memory.available',
    ])
  })
})
