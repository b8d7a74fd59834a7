import assert from 'node:assert/strict'
import { inTurn, sharedTurn } from '../src/index.ts'

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
