import assert from 'node:assert/strict'
import { atOnce, E, virtualClock } from '@periplus/prelude'
import { metrics } from '@periplus/service'
import { resolveRequestInfo } from '../src/request/request-info.ts'
import { levels } from '../src/fairness/levels.ts'
import { fairQueue } from '../src/fairness/fair-queue.ts'
import type { Leave } from '../src/fairness/fair-queue.ts'

const never = (): AbortSignal => new AbortController().signal

const queueOf = (changes: Partial<Parameters<typeof fairQueue>[1]> = {}) => {
  const clock = virtualClock(0)
  const queue = fairQueue(clock, {
    ...{ seats: 2, seatsPerFlow: 2, queuePerFlow: 3, longestWaitMilliseconds: 1_000 },
    ...changes,
  })
  const order: string[] = []
  const seats: Leave[] = []
  const enter = (flow: string, gone = never): Promise<void> =>
    queue.enter(flow, gone).then(entered => {
      order.push(E.isRight(entered) ? flow : `${flow} refused`)
      if (E.isRight(entered)) seats.push(entered.right)
    })
  /** One that has a seat gives it back, and whoever has it then is told. */
  const leave = async (): Promise<void> => {
    seats.shift()?.()
    await Promise.resolve().then(() => Promise.resolve())
  }
  return { clock, queue, order, enter, leave }
}

describe('requests of many', () => {
  it('have seats in turn of who asks, not of how often', async () => {
    const { order, enter, leave, queue } = queueOf()
    const all = ['greedy', 'greedy', 'greedy', 'greedy', 'greedy', 'modest', 'other'].map(flow => enter(flow))
    await Promise.resolve()
    assert.deepEqual([queue.underWay(), queue.waiting()], [2, 5])
    for (let i = 0; i < 7; i++) await leave()
    await Promise.all(all)
    assert.deepEqual(order, ['greedy', 'greedy', 'greedy', 'modest', 'other', 'greedy', 'greedy'])
    assert.deepEqual([queue.underWay(), queue.waiting()], [0, 0])
  })

  it('wait for their own where others have room', async () => {
    const { order, enter, queue } = queueOf({ seats: 10, seatsPerFlow: 1 })
    void enter('greedy')
    void enter('greedy')
    await enter('modest')
    assert.deepEqual(order, ['greedy', 'modest'])
    assert.deepEqual([queue.underWay(), queue.waiting()], [2, 1])
  })

  it('are refused where too many of one wait, and where one waits too long', async () => {
    const { clock, order, enter, queue } = queueOf()
    const waiting = Array.from({ length: 5 }, () => enter('greedy'))
    await enter('greedy')
    assert.deepEqual(order, ['greedy', 'greedy', 'greedy refused'])
    clock.advance(1_000)
    await Promise.all(waiting)
    assert.equal(order.filter(one => one === 'greedy refused').length, 4)
    assert.deepEqual([queue.underWay(), queue.waiting()], [2, 0])
  })

  it('that nobody waits for any more cost nothing', async () => {
    const { order, enter, leave, queue } = queueOf({ seats: 1 })
    await enter('a')
    const gone = new AbortController()
    const second = enter('b', () => gone.signal)
    gone.abort()
    await second
    await leave()
    await enter('c')
    assert.deepEqual(order, ['a', 'b refused', 'c'])
    assert.deepEqual([queue.underWay(), queue.waiting()], [1, 0])
  })

  it('wait by what they are: reads, writes and nodes apart, the past alone, and never those who put things right', async () => {
    const clock = virtualClock(0)
    const admit = levels(clock, metrics())
    const asks = (
      method: string,
      name: string,
      groups: readonly string[] = [],
      path = '/api/v1/pods',
      isPast = false,
    ) => {
      let seated: boolean | undefined
      const info = atOnce(resolveRequestInfo(method, path, new URLSearchParams()))
      void admit({ name, uid: '', groups, extra: {} }, info, isPast, never).then(
        entered => (seated = E.isRight(entered)),
      )
      return () => seated
    }
    const settled = (): Promise<void> => new Promise(resolve => setImmediate(resolve))
    const reads = Array.from({ length: 51 }, () => asks('GET', 'mallory'))
    const others = [
      asks('POST', 'mallory'),
      asks('GET', 'alice'),
      asks('GET', 'system:node:a', ['system:nodes']),
      asks('GET', 'mallory', [], '/livez'),
      asks('GET', 'mallory', [], '/api/v1/namespaces/a/pods/b/log'),
      asks('GET', 'mallory', ['system:masters']),
    ]
    const past = [asks('GET', 'root', ['system:masters'], '/api/v1/pods', true), asks('GET', 'alice', [], '/api', true)]
    await settled()
    assert.equal(reads.filter(seated => seated()).length, 50)
    assert.deepEqual(
      others.map(seated => seated()),
      others.map(() => true),
    )
    assert.deepEqual(
      past.map(seated => seated()),
      [true, undefined],
    )
    clock.advance(60_000)
    await settled()
    assert.equal(reads[50]?.(), false)
  })
})
