import assert from 'node:assert/strict'
import { attack } from '../attack/requests/campaign.ts'

/** `SECURITY_FUZZ_SEED` and `SECURITY_FUZZ_REQUESTS` make it another or a longer walk; `make attack` walks for minutes. */
const seed = Number(process.env['SECURITY_FUZZ_SEED'] ?? 7)
const requests = Number(process.env['SECURITY_FUZZ_REQUESTS'] ?? 1500)

describe('hostile requests', function () {
  this.timeout(600_000)

  it('are answered, and never by a bug', async () => {
    const { complaints, statuses, requests: sent } = await attack(seed, done => done < requests)
    assert.deepEqual(complaints, [])
    assert.equal(sent, requests)
    // A walk that gets nowhere would find nothing.
    for (const status of [200, 201, 400, 404, 409, 415, 422]) assert.ok(statuses.has(status), String([...statuses]))
  })
})
