import assert from 'node:assert/strict'
import { E } from '@periplus/prelude'
import { readEncryption } from '../../../src/roles/kms/read-encryption.ts'

const file = (providers: string, resources = '[secrets]'): string => `
apiVersion: apiserver.config.k8s.io/v1
kind: EncryptionConfiguration
resources: [{ resources: ${resources}, providers: ${providers} }]
`
const vault = '{ apiVersion: v2, name: vault, endpoint: unix:///run/kms.sock }'

describe('an EncryptionConfiguration', () => {
  const read = readEncryption(new Set(['secrets']))
  const faults = (text: string): readonly string[] => {
    const answer = read(text)
    assert.ok(E.isLeft(answer), text)
    return answer.left
  }

  it('names KMS plugins and what lies in the open, in their order', () => {
    const answer = read(
      file(
        `[{ kms: { apiVersion: v2, name: new, endpoint: "unix:///run/a%20b.sock", timeout: 1.5s } }, { kms: ${vault} }, { identity: {} }]`,
      ),
    )
    assert.ok(E.isRight(answer))
    assert.deepEqual(answer.right, [
      { tag: 'Kms', kms: { name: 'new', socket: '/run/a b.sock', timeoutSeconds: 1.5 } },
      { tag: 'Kms', kms: { name: 'vault', socket: '/run/kms.sock', timeoutSeconds: 3 } },
      { tag: 'Identity' },
    ])
  })

  it('is refused where it says what is not done here', () => {
    assert.deepEqual(faults(file(`[{ kms: ${vault} }]`, '[secrets, configmaps]')), [
      'resources[0].resources: Invalid value: ["secrets","configmaps"]: must be what PERIPLUS_SEALED says is sealed: secrets',
    ])
    const [keys] = faults(file('[{ aescbc: { keys: [{ name: k, secret: hunter2 }] } }]'))
    assert.equal(
      keys,
      'resources[0].providers[0].aescbc: Forbidden: the cluster makes keys of its own: only kms and identity are supported',
    )
    assert.match(
      faults('{apiVersion: apiserver.config.k8s.io/v1, kind: EncryptionConfiguration, resources: []}')[0] ?? '',
      /^resources: Required value: at least one resources is required$/,
    )
    assert.match(faults(file('[]'))[0] ?? '', /at least one resources\[0\].providers is required/)
    assert.match(faults(file('[{}]'))[0] ?? '', /does not contain any of the expected providers/)
    const [both] = faults(file(`[{ kms: ${vault}, aesgcm: { keys: [{ name: k, secret: hunter2 }] } }]`))
    assert.match(both ?? '', /more than one provider specified in a single element/)
    assert.equal(both?.includes('hunter2'), false)
    assert.match(faults(file(`[{ kms: ${vault} }, { kms: ${vault} }]`))[0] ?? '', /duplicate KMS provider name vault/)
    assert.match(faults(`${file('[]')}more: 1`)[0] ?? '', /unknown field "more"/)
  })

  it('is refused where a plugin could not be spoken to', () => {
    const [name, timeout, endpoint, size, version] = faults(
      file('[{ kms: { name: "a:b", timeout: -1s, endpoint: "tcp://a", cachesize: 0 } }]'),
    )
    const at = 'resources[0].providers[0].kms'
    assert.equal(name, `${at}.name: Invalid value: "a:b": invalid KMS provider name a:b, must not contain ':'`)
    assert.equal(timeout, `${at}.timeout: Invalid value: "-1s": timeout should be a positive value`)
    assert.equal(
      endpoint,
      `${at}.endpoint: Invalid value: "tcp://a": unsupported scheme "tcp" for KMS provider, only unix is supported`,
    )
    assert.equal(size, `${at}.cachesize: Invalid value: 0: cachesize is not supported in v2`)
    assert.match(version ?? '', /apiVersion: Invalid value: "v1": unsupported apiVersion/)
    assert.deepEqual(faults(file('[{ kms: { apiVersion: v2, name: a, endpoint: "unix:///a", timeout: soon } }]')), [
      'time: invalid duration "soon"',
    ])
    for (const wrong of ['unix://relative.sock', 'unix:///@abstract', 'nothing', '']) {
      const [fault] = faults(file(`[{ kms: { apiVersion: v2, name: a, endpoint: "${wrong}" } }]`))
      assert.match(fault ?? '', /\.endpoint: Invalid value/, wrong)
    }
  })
})
