import assert from 'node:assert/strict'
import { E } from '@periplus/prelude'
import { gracePeriodsOf, priorities } from '../../src/home/shutdown-grace.ts'
import type { ShutdownSettings } from '../../src/home/shutdown-grace.ts'

const critical = 2_000_000_000
const periods = (more: Partial<ShutdownSettings>) => {
  const got = gracePeriodsOf({
    shutdownGracePeriodSeconds: 0,
    shutdownGracePeriodCriticalPodsSeconds: 0,
    shutdownGracePeriodByPodPriority: [],
    ...more,
  })
  return E.isRight(got) ? got.right : got.left
}

describe('the time that pods have when the machine goes down', () => {
  it('is none by default', () => assert.deepEqual(periods({}), []))

  it('is what is left beside that of critical pods', () =>
    assert.deepEqual(periods({ shutdownGracePeriodSeconds: 30, shutdownGracePeriodCriticalPodsSeconds: 10 }), [
      { priority: 0, seconds: 20 },
      { priority: critical, seconds: 10 },
    ]))

  it('rises by priority, however it was written', () => {
    const byPriority = [
      { priority: 1000, seconds: 2 },
      { priority: 0, seconds: 1 },
    ]
    assert.deepEqual(periods({ shutdownGracePeriodByPodPriority: byPriority }), [...byPriority].reverse())
  })

  it('is refused where it contradicts itself', () => {
    assert.equal(
      periods({ shutdownGracePeriodSeconds: 5, shutdownGracePeriodCriticalPodsSeconds: 6 }),
      'invalid configuration: shutdownGracePeriodCriticalPods {6s} must be <= shutdownGracePeriod {5s}',
    )
    assert.match(
      String(
        periods({ shutdownGracePeriodSeconds: 5, shutdownGracePeriodByPodPriority: [{ priority: 0, seconds: 1 }] }),
      ),
      /Cannot specify both/,
    )
  })

  it('is read from pairs, or what is wrong with them is said', () => {
    const { parse } = priorities('PERIPLUS_X', '')
    assert.deepEqual(
      parse(' 0=20, -5=1 '),
      E.right([
        { priority: 0, seconds: 20 },
        { priority: -5, seconds: 1 },
      ]),
    )
    assert.deepEqual(parse(undefined), E.right([]))
    for (const wrong of ['0', '0=x', '0=1;1=2', '3000000000=1', '0=-1'])
      assert.match(String(E.toUnion(parse(wrong))), /pairs/)
    assert.match(String(E.toUnion(parse('0=1,0=2'))), /more than once/)
  })
})
