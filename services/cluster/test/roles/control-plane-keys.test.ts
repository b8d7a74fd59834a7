import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { homeOf } from '../../src/home/home.ts'
import { keepKeys, sealKeys, unsealKeys } from '../../src/roles/control-plane-keys.ts'

const files = [
  'pki/ca.pem',
  'pki/front-proxy-ca.pem',
  'pki/service-accounts.key',
  'pki/secrets.keys',
  'nats/nats.password',
]

describe('the keys of a control plane', () => {
  const top = mkdtempSync(join(tmpdir(), 'periplus-keys-'))
  const [first, second] = [homeOf(join(top, 'first')), homeOf(join(top, 'second'))]
  before(() => {
    for (const folder of ['pki', 'nats']) mkdirSync(join(first.directory, folder), { recursive: true })
    for (const file of files) writeFileSync(join(first.directory, file), `the secret of ${file}\n`)
  })
  after(() => rmSync(top, { recursive: true }))

  it('come to another home as they were, for its owner alone', () => {
    keepKeys(second, unsealKeys(sealKeys(first)))
    for (const file of files) {
      const path = join(second.directory, file)
      assert.equal(readFileSync(path, 'utf8'), `the secret of ${file}\n`)
      assert.equal(statSync(path).mode & 0o777, 0o600)
    }
  })

  it('are sealed anew each time, and say nothing', () => {
    const [one, other] = [sealKeys(first), sealKeys(first)]
    assert.notEqual(one.sealed, other.sealed)
    assert.notEqual(one.key, other.key)
    assert.doesNotMatch(Buffer.from(one.sealed, 'base64').toString('latin1'), /secret/)
  })

  it('are refused with another key, changed or cut off, in one line that has no key in it', () => {
    const { sealed, key } = sealKeys(first)
    const bytes = Buffer.from(sealed, 'base64')
    const changed = (at: number): string => {
      const copy = Buffer.from(bytes)
      copy.writeUInt8(copy.readUInt8(at) ^ 1, at)
      return copy.toString('base64')
    }
    const other = sealKeys(first).key
    for (const wrong of [
      { sealed, key: other },
      { sealed, key: '' },
      { sealed: changed(0), key },
      { sealed: changed(20), key },
      { sealed: changed(bytes.length - 1), key },
      { sealed: bytes.subarray(0, 40).toString('base64'), key },
      { sealed: '', key },
    ])
      assert.throws(
        () => unsealKeys(wrong),
        (error: Error) => /cannot be read with this --key/.test(error.message) && !error.message.includes(key),
      )
  })
})
