import assert from 'node:assert/strict'
import { virtualClock } from '@periplus/prelude'
import { outageOver } from '../src/execute/outage.ts'

describe('patience with a silent log', () => {
  it('is one for all commands, and begins anew when the log has spoken', () => {
    const clock = virtualClock(1_000_000)
    const outage = outageOver(clock, 5_000)
    assert.equal(outage.patientUntil(clock.now()), 1_005_000)
    outage.failed()
    clock.advance(4_000)
    assert.equal(
      outage.patientUntil(clock.now()),
      1_005_000,
      'a command that comes later waits no longer than the first',
    )
    outage.failed()
    clock.advance(4_000)
    assert.ok(outage.patientUntil(clock.now()) < clock.now(), 'and one that comes too late not at all')
    outage.succeeded()
    assert.equal(outage.patientUntil(clock.now()), clock.now() + 5_000)
  })

  it('ends for each command, though others are heard again and again', () => {
    const clock = virtualClock(0)
    const outage = outageOver(clock, 5_000)
    for (const _ of [1, 2]) {
      outage.failed()
      clock.advance(4_000)
      outage.succeeded()
    }
    assert.equal(outage.patientUntil(0), 10_000)
    assert.equal(outage.patientUntil(clock.now()), 13_000)
  })

  it('begins anew when the last silence was long ago', () => {
    const clock = virtualClock(0)
    const outage = outageOver(clock, 5_000)
    outage.failed()
    clock.advance(60_000)
    outage.failed()
    assert.equal(outage.patientUntil(clock.now()), 65_000)
  })
})
