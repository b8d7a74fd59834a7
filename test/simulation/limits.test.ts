import assert from 'node:assert/strict'
import { liveThroughBatches } from '../attack/extreme/batches.ts'
import { liveAtTheLimits } from '../attack/extreme/scenario.ts'

describe('objects at the limits of the API', function () {
  this.timeout(120_000)

  for (let seed = 1; seed <= 5; seed++)
    it(`make no decision throw, stand still, go on for ever, or ask for what is invalid (seed ${seed})`, async () => {
      const { written, decisions, complaints } = await liveAtTheLimits(seed)
      assert.deepEqual(complaints, [])
      assert.ok(written > 20, `${written} objects were written`)
      assert.ok(decisions > 100, `${decisions} decisions were taken`)
    })

  it('keep nobody from looking after the objects of others, by the hundred, and leave nothing behind', async () => {
    const { written, witnesses, complaints } = await liveThroughBatches(1, 2, 100, 4)
    assert.deepEqual(complaints, [])
    assert.ok(written > 100, `${written} objects were written`)
    assert.equal(witnesses, 6)
  })
})
