import assert from 'node:assert/strict'
import { mock } from 'node:test'
import { containedClock, systemClock, virtualClock } from '../src/index.ts'

const day = 86_400_000

describe('the system clock', () => {
  beforeEach(() => mock.timers.enable({ apis: ['setTimeout'] }))
  afterEach(() => mock.timers.reset())

  /** The time of these timers passes in steps of a day; one that is set within a step counts from its end. */
  const pass = (days: number): void => {
    for (let passed = 0; passed < days; passed++) mock.timers.tick(day)
  }

  it('waits longer than a timer can hold', () => {
    let rung = 0
    systemClock.after(30 * day, () => rung++)
    pass(29)
    assert.equal(rung, 0)
    pass(2)
    assert.equal(rung, 1)
  })

  it('waits for what 64 bits of seconds say, and can be told not to', () => {
    let rung = 0
    systemClock.after(9_223_372_036_854_775_807 * 1000, () => rung++)
    const cancel = systemClock.after(60 * day, () => rung++)
    pass(40)
    cancel()
    pass(60)
    assert.equal(rung, 0)
  })
})

describe('a contained clock', () => {
  it('reports what a task throws and goes on', () => {
    const clock = virtualClock(0)
    const thrown: unknown[] = []
    const contained = containedClock(clock, error => thrown.push(error))
    let rung = 0
    contained.after(1, () => {
      throw new Error('planted')
    })
    contained.after(2, () => rung++)
    clock.advance(5)
    assert.equal(thrown.length, 1)
    assert.equal(rung, 1)
    assert.equal(contained.now(), 5)
  })
})
