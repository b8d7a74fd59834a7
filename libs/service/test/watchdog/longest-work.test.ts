import assert from 'node:assert/strict'
import { longestWork } from '@periplus/service'

const turnOfTheLoop = (): Promise<void> => new Promise(resolve => setTimeout(resolve, 60))

describe('the longest work without a turn', () => {
  it('is what the loop was kept by, and begins anew when it is asked for', async () => {
    const work = longestWork()
    await turnOfTheLoop()
    work.take()
    // By CPU time, so that a machine with other things to do says the same.
    const begun = process.cpuUsage()
    while (process.cpuUsage(begun).user < 150_000);
    await turnOfTheLoop()
    assert.ok(work.take() >= 100)
    assert.equal(work.take(), 0)
    work.stop()
  })
})
