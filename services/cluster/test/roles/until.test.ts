import assert from 'node:assert/strict'
import { setTimeout as pause } from 'node:timers/promises'
import { untilNudged } from '../../src/replicas/until.ts'

describe('asking until it is so', () => {
  it('has the same patience with the answers, however long what is done about them takes', async () => {
    let nudges = 0
    const ask = () => Promise.resolve(nudges < 3 ? `${3 - nudges} to go` : undefined)
    await untilNudged(ask, { afterMilliseconds: 10, within: 50 }, async () => {
      await pause(60)
      nudges += 1
    })
    assert.equal(nudges, 3)
  })

  it('ends with what is missing where nothing that is done about it helps', async () => {
    let nudges = 0
    const nudged = untilNudged(
      () => Promise.resolve(`missing after ${nudges}`),
      { afterMilliseconds: 10, within: 20 },
      () => Promise.resolve((nudges += 1)),
    )
    await assert.rejects(nudged, { message: 'missing after 2' })
  })
})
