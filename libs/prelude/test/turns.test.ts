import assert from 'node:assert/strict'
import { filterInTurns, inTurn, inTurns, nextTurn, sharedTurn } from '../src/index.ts'

const busyFor = (milliseconds: number): void => {
  const until = performance.now() + milliseconds
  while (performance.now() < until);
}

const nextRound = (): Promise<void> => new Promise(resolve => setImmediate(resolve))

describe('the turn that all share', () => {
  it('counts together what is done between two rounds of the loop, and begins anew with the next', async () => {
    await nextRound()
    assert.equal(sharedTurn.isOver(), false)
    busyFor(5)
    await Promise.resolve()
    busyFor(5)
    assert.equal(sharedTurn.isOver(), true, 'others worked before, in the same round')
    await nextRound()
    assert.equal(sharedTurn.isOver(), false)
  })

  it('is new for each of those that wait for the next', async () => {
    sharedTurn.isOver()
    busyFor(10)
    const order: string[] = []
    const one = async (name: string): Promise<void> => {
      assert.equal(sharedTurn.isOver(), true)
      await sharedTurn.next()
      assert.equal(sharedTurn.isOver(), false, name)
      order.push(name)
      busyFor(10)
    }
    await Promise.all([one('a'), one('b')])
    assert.deepEqual(order, ['a', 'b'])
  })
})

describe('those who wait for the next turn', () => {
  it('share one while it lasts, in the order in which they came', async () => {
    let round = 0
    let working = true
    const look = (): void => {
      round++
      if (working) setImmediate(look)
    }
    look()
    const called: (readonly [name: number, round: number])[] = []
    const one = async (name: number): Promise<void> => {
      await sharedTurn.next()
      called.push([name, round])
      busyFor(name === 50 ? 10 : 0)
    }
    await Promise.all(Array.from({ length: 100 }, (_, name) => one(name)))
    working = false
    assert.deepEqual(
      called.map(([name]) => name),
      Array.from({ length: 100 }, (_, name) => name),
    )
    const [, first = 0] = called[50] ?? []
    const [, later = 0] = called[51] ?? []
    assert.equal(later - first, 1, 'a turn that is over ends')
    assert.ok(new Set(called.map(([, at]) => at)).size < 50, 'most had little to do')
  })
})

describe('a turn that was waited for', () => {
  it('has begun when it is there, not when its first step is done', async () => {
    await nextTurn()
    busyFor(10)
    assert.equal(sharedTurn.isOver(), true)
  })
})

describe('what many look through at the same time', () => {
  const ways: readonly (readonly [string, (one: () => boolean) => Promise<readonly unknown[]>])[] = [
    ['is filtered', one => filterInTurns([1, 2], one)],
    ['is made', one => inTurns([1, 2], one)],
  ]
  for (const [name, lookThrough] of ways)
    it(`${name}, no more of it between two rounds of the loop than one turn has room for`, async () => {
      let round = 0
      let working = true
      const look = (): void => {
        round++
        if (working) setImmediate(look)
      }
      look()
      const worked = new Map<number, number>()
      const one = (): boolean => {
        busyFor(5)
        worked.set(round, (worked.get(round) ?? 0) + 1)
        return true
      }
      const all = await Promise.all(Array.from({ length: 10 }, () => lookThrough(one)))
      working = false
      assert.ok(all.every(({ length }) => length === 2))
      assert.ok(Math.max(...worked.values()) <= 2, [...worked.values()].join())
    })
})

describe('work in turn', () => {
  it('is done at once while the turn lasts, and without one', () => {
    const lasting = { isOver: () => false, next: () => Promise.reject(new Error('nobody waits')) }
    assert.equal(
      inTurn(lasting, () => 1),
      1,
    )
    assert.equal(
      inTurn(undefined, () => 2),
      2,
    )
  })

  it('waits for the next where it is over', async () => {
    const steps: string[] = []
    const over = { isOver: () => true, next: async () => void steps.push('next') }
    const done = inTurn(over, () => steps.push('work'))
    assert.deepEqual(steps, ['next'])
    await done
    assert.deepEqual(steps, ['next', 'work'])
  })
})
