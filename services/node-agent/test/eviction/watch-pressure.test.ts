import assert from 'node:assert/strict'
import type { Pod } from '@periplus/kinds'
import { virtualClock } from '@periplus/prelude'
import { usualPolicy } from '../../src/eviction/policy.ts'
import type { EvictionPolicy } from '../../src/eviction/policy.ts'
import { pressureState } from '../../src/eviction/pressure-state.ts'
import { watchPressure } from '../../src/eviction/watch-pressure.ts'

const gibi = 2 ** 30
const turn = (): Promise<void> => new Promise(resolve => setImmediate(resolve))

/** A disk of 100 GiB that others have filled, and pods that hold some of it; what the watch does, in order. */
const watch = async (
  others: number,
  pods: Record<string, number>,
  options: {
    readonly images?: number
    readonly stuck?: readonly string[]
    readonly policy?: Partial<EvictionPolicy>
    /** What others add to the disk each second. */
    readonly grows?: number
    readonly seconds?: number
  } = {},
) => {
  const clock = virtualClock(0)
  const stopping = new AbortController()
  const held = new Map(Object.entries(pods))
  const deeds: string[] = []
  const policy = { ...usualPolicy, ...options.policy }
  const state = pressureState(policy)
  let images = options.images ?? 0
  const podOf = (name: string): Pod => ({ metadata: { name, uid: name }, spec: { containers: [] } })
  const ended = watchPressure({
    clock,
    signal: stopping.signal,
    state,
    maxPodGraceSeconds: policy.maxPodGraceSeconds,
    look: async () => {
      const used = [...held.values()].reduce(
        (sum, each) => sum + each,
        others + images + (clock.now() / 1000) * (options.grows ?? 0),
      )
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
    evict: ({ metadata }, { graceSeconds }) => {
      deeds.push(`evict ${metadata?.name}${graceSeconds === 1 ? '' : ` within ${graceSeconds} s`}`)
      if (!options.stuck?.includes(metadata?.name ?? '')) held.delete(metadata?.name ?? '')
    },
    isGone: ({ metadata }) => !held.has(metadata?.name ?? ''),
    failed: error => deeds.push(String(error)),
  })
  for (let step = 0; step < (options.seconds ?? 80) * 5; step++) {
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

  describe('softly', () => {
    const soft = new Map([['nodefs.available', { most: 10 * gibi, graceMilliseconds: 30_000 }]] as const)
    it('ends nobody before the grace period is over, and then gives pods time', async () => {
      const policy = { soft, maxPodGraceSeconds: 20 }
      assert.deepEqual(await watch(41, { small: 20, large: 30 }, { policy, seconds: 29 }), { deeds: [], disk: true })
      assert.deepEqual((await watch(41, { small: 20, large: 30 }, { policy, seconds: 40 })).deeds, [
        'tell ephemeral-storage',
        'reclaim images',
        'evict large within 20 s',
      ])
    })
    it('goes over to ending at once where there is no time left', async () => {
      const policy = { soft, maxPodGraceSeconds: 300 }
      const options = { policy, stuck: ['large', 'small'], grows: 0.15, seconds: 120 }
      assert.deepEqual((await watch(41, { small: 20, large: 30 }, options)).deeds, [
        'tell ephemeral-storage',
        'reclaim images',
        'evict large within 30 s',
        'evict large',
        'evict small',
      ])
    })
    it('goes on until the minimum is reclaimed', async () => {
      const minimumReclaim = new Map([['nodefs.available', { most: 25 * gibi }]] as const)
      const deeds = async (policy: Partial<EvictionPolicy>) =>
        (await watch(49.2, { a: 20, b: 20, c: 10 }, { policy })).deeds.filter(deed => deed.startsWith('evict'))
      assert.deepEqual(await deeds({}), ['evict a'])
      assert.deepEqual(await deeds({ minimumReclaim }), ['evict a', 'evict b'])
    })
  })
})
