import assert from 'node:assert/strict'
import { atOnce, inSteps, isRestDue } from '../src/index.ts'
import type { Steps, Turn } from '../src/index.ts'

function* sumTo(most: number): Steps<number> {
  let sum = 0
  for (let i = 1; i <= most; i++) {
    yield
    sum += i
  }
  return sum
}

const counting = (isOver: () => boolean): Turn & { taken: number } => ({
  taken: 0,
  isOver,
  async next() {
    this.taken++
  },
})

describe('work in steps', () => {
  it('is done at once where there is no turn, or where it lasts', () => {
    assert.equal(atOnce(sumTo(10)), 55)
    assert.equal(inSteps(undefined, sumTo(10)), 55)
    assert.equal(
      inSteps(
        counting(() => false),
        sumTo(10),
      ),
      55,
    )
  })

  it('leaves others a turn before each step, the first included, where its own is always over', async () => {
    const turn = counting(() => true)
    assert.equal(await inSteps(turn, sumTo(10)), 55)
    assert.equal(turn.taken, 11)
  })

  it('passes on what is thrown in it', async () => {
    function* failing(): Steps<never> {
      yield
      throw new Error('no more')
    }
    let rests = 0
    const turn = counting(() => rests++ < 1)
    await assert.rejects(async () => inSteps(turn, failing()), /no more/)
    assert.throws(() => atOnce(failing()), /no more/)
  })

  it('rests once in many small steps', () => {
    const due = Array.from({ length: 10_000 }, isRestDue).filter(Boolean).length
    assert.ok(due > 50 && due < 200, `${due} rests`)
  })
})
