import assert from 'node:assert/strict'
import { suiteServer } from './suite-server.ts'

describe('creation', () => {
  const { client } = suiteServer()

  it('names in a certificate request who asks, not who the body says', async () => {
    const spec = {
      request: 'YQ==',
      signerName: 'example.com/signer',
      usages: ['client auth'],
      username: 'somebody-else',
    }
    const made = await client.post(
      '/apis/certificates.k8s.io/v1/certificatesigningrequests',
      { apiVersion: 'certificates.k8s.io/v1', kind: 'CertificateSigningRequest', metadata: { name: 'csr' }, spec },
      { 'x-test-user': 'alice' },
    )
    assert.equal(made.status, 201, made.text)
    assert.equal(made.json.spec.username, 'alice')
    assert.deepEqual(made.json.spec.groups, ['system:masters', 'system:authenticated'])
  })
})
