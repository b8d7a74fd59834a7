import assert from 'node:assert/strict'
import { E } from '@periplus/prelude'
import { durations, evictionPolicyOf, thresholds, thresholdsOr } from '../../src/home/eviction.ts'
import type { EvictionSettings } from '../../src/home/eviction.ts'

const policy = (more: Partial<EvictionSettings>) =>
  E.toUnion(
    evictionPolicyOf({
      evictionHard: undefined,
      evictionSoft: new Map(),
      evictionSoftGracePeriod: new Map(),
      evictionMaxPodGracePeriodSeconds: 0,
      evictionMinimumReclaim: new Map(),
      evictionPressureTransitionPeriodSeconds: 300,
      ...more,
    }),
  )

describe('when a node ends pods to have room', () => {
  it('is as usual where nothing is said', () =>
    assert.deepEqual(policy({}), {
      soft: new Map(),
      minimumReclaim: new Map(),
      maxPodGraceSeconds: 0,
      transitionMilliseconds: 300_000,
    }))

  it('is what the settings say', () =>
    assert.deepEqual(
      policy({
        evictionHard: new Map([['nodefs.available', { share: 0.2 }]]),
        evictionSoft: new Map([['memory.available', { most: 5 }]]),
        evictionSoftGracePeriod: new Map([['memory.available', 90_000]]),
        evictionMaxPodGracePeriodSeconds: 60,
        evictionMinimumReclaim: new Map([['memory.available', { most: 7 }]]),
        evictionPressureTransitionPeriodSeconds: 10,
      }),
      {
        hard: new Map([['nodefs.available', { share: 0.2 }]]),
        soft: new Map([['memory.available', { most: 5, graceMilliseconds: 90_000 }]]),
        minimumReclaim: new Map([['memory.available', { most: 7 }]]),
        maxPodGraceSeconds: 60,
        transitionMilliseconds: 10_000,
      },
    ))

  it('is refused where a soft threshold has no grace period', () =>
    assert.equal(
      policy({ evictionSoft: new Map([['memory.available', { most: 5 }]]) }),
      'grace period must be specified for the soft eviction threshold memory.available',
    ))

  it('is read as the kubelet reads it, or what is wrong is said', () => {
    const { parse } = thresholds('PERIPLUS_X', '', '<')
    assert.deepEqual(
      parse('memory.available<100Mi, nodefs.available<10%,nodefs.inodesFree<2.5%'),
      E.right(
        new Map([
          ['memory.available', { most: 100 * 2 ** 20 }],
          ['nodefs.available', { share: 0.1 }],
          ['nodefs.inodesFree', { share: 0.025 }],
        ]),
      ),
    )
    assert.deepEqual(parse(undefined), E.right(new Map()))
    for (const [wrong, said] of [
      ['memory.available', /pairs/],
      ['memory.available<', /pairs/],
      ['memory.available<1<2', /pairs/],
      ['pid.available<10%', /"pid.available" is none of memory.available, /],
      ['constructor<1', /is none of/],
      ['memory.available<1Gi,memory.available<2Gi', /more than once/],
      ['memory.available<-1', /above 0/],
      ['memory.available<0', /above 0/],
      ['memory.available<much', /above 0/],
      ['memory.available<0%', /no more than 100%/],
      ['memory.available<101%', /no more than 100%/],
    ] as const)
      assert.match(String(E.toUnion(parse(wrong))), said, wrong)
  })

  it('may be never', () => {
    const { parse } = thresholdsOr('PERIPLUS_X', '', 'as usual')
    assert.deepEqual([parse(undefined), parse('none')], [E.right(undefined), E.right(new Map())])
  })

  it('has grace periods as Go writes them', () => {
    const { parse } = durations('PERIPLUS_X', '')
    assert.deepEqual(parse('memory.available=1m30s'), E.right(new Map([['memory.available', 90_000]])))
    for (const wrong of ['memory.available=90', 'memory.available=0s', 'memory.available=-1s', 'memory.available=25h'])
      assert.match(String(E.toUnion(parse(wrong))), /^memory\.available: /, wrong)
  })
})
