import assert from 'node:assert/strict'
import type { Pod } from '@periplus/kinds'
import { virtualClock } from '@periplus/prelude'
import { pressureState } from '../../src/eviction/pressure-state.ts'
import { usualThresholds } from '../../src/eviction/signals.ts'
import { watchPressure } from '../../src/eviction/watch-pressure.ts'

const gibi = 2 ** 30
const turn = (): Promise<void> => new Promise(resolve => setImmediate(resolve))

/** A disk of 100 GiB that others have filled, and pods that hold some of it; what the watch does, in order. */
const watch = async (
  others: number,
  pods: Record<string, number>,
  options: { readonly images?: number; readonly stuck?: readonly string[] } = {},
) => {
  const clock = virtualClock(0)
  const stopping = new AbortController()
  const held = new Map(Object.entries(pods))
  const deeds: string[] = []
  const state = pressureState()
  let images = options.images ?? 0
  const podOf = (name: string): Pod => ({ metadata: { name, uid: name }, spec: { containers: [] } })
  const ended = watchPressure({
    clock,
    signal: stopping.signal,
    thresholds: usualThresholds,
    state,
    look: async () => {
      const used = [...held.values()].reduce((sum, each) => sum + each, others + images)
      return new Map([['nodefs.available', { available: (100 - used) * gibi, capacity: 100 * gibi }]])
    },
    usages: async () =>
      [...held].map(([name, bytes]) => ({
        pod: podOf(name),
        total: { memory: 0, inodes: 0, 'ephemeral-storage': bytes * gibi },
        containers: new Map(),
      })),
    reclaim: async () => {
      deeds.push('reclaim images')
      images = 0
    },
    tell: resource => deeds.push(`tell ${resource}`),
    evict: ({ metadata }) => {
      deeds.push(`evict ${metadata?.name}`)
      if (!options.stuck?.includes(metadata?.name ?? '')) held.delete(metadata?.name ?? '')
    },
    isGone: ({ metadata }) => !held.has(metadata?.name ?? ''),
    failed: error => deeds.push(String(error)),
  })
  for (let step = 0; step < 400; step++) {
    clock.advance(200)
    for (let turns = 0; turns < 10; turns++) await turn()
  }
  stopping.abort()
  await ended
  return { deeds: deeds.filter((deed, index) => deeds.indexOf(deed) === index), disk: state.now.disk }
}

describe('a node whose disk fills', () => {
  it('leaves everybody alone while there is room', async () =>
    assert.deepEqual(await watch(50, { a: 20, b: 20 }), { deeds: [], disk: false }))
  it('removes images, and nobody where that is enough', async () =>
    assert.deepEqual(await watch(50, { a: 40 }, { images: 9.5 }), {
      deeds: ['tell ephemeral-storage', 'reclaim images'],
      disk: true,
    }))
  it('ends pods one by one, the largest first, until there is room', async () =>
    assert.deepEqual(await watch(39.8, { small: 10, large: 30, larger: 20 }), {
      deeds: ['tell ephemeral-storage', 'reclaim images', 'evict large'],
      disk: true,
    }))
  it('goes on to the next where one does not end', async () =>
    assert.deepEqual((await watch(39.8, { small: 10, large: 30, larger: 20 }, { stuck: ['large'] })).deeds, [
      'tell ephemeral-storage',
      'reclaim images',
      'evict large',
      'evict larger',
    ]))
  it('ends nobody when it is somebody else who fills it', async () =>
    assert.deepEqual((await watch(99.9, { small: 0.0001 })).deeds, ['tell ephemeral-storage', 'reclaim images']))
})
