import assert from 'node:assert/strict'
import { claimedKey, keyClaim, newUserKey } from '../src/index.ts'

describe("a claim to a user's key", () => {
  const { seed, publicKey } = newUserKey()
  const claim = keyClaim(seed, 'two')

  it('is believed of who has the key, under the name that he said', () => {
    assert.equal(claimedKey(claim, 'two'), publicKey)
    assert.equal(claimedKey(claim, 'three'), undefined)
  })

  it('is not believed of who has only seen the key', () => {
    const [, signature = ''] = claim.split('.')
    const other = newUserKey()
    const [, otherSignature = ''] = keyClaim(other.seed, 'two').split('.')
    assert.equal(claimedKey(`${other.publicKey}.${signature}`, 'two'), undefined)
    assert.equal(claimedKey(`${publicKey}.${otherSignature}`, 'two'), undefined)
  })

  it('is nothing where it is no claim', () => {
    for (const text of ['', '.', publicKey, `${publicKey}.`, `${'U'.repeat(56)}.${'A'.repeat(86)}`, `${claim}\n`])
      assert.equal(claimedKey(text, 'two'), undefined)
  })
})
