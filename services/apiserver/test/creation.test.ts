import assert from 'node:assert/strict'
import { suiteServer } from './suite-server.ts'

describe('creation', () => {
  const { client } = suiteServer()

  it('warns of what nothing acts on only once it is stored', async () => {
    const ingresses = '/apis/networking.k8s.io/v1/namespaces/default/ingresses'
    const ingress = (spec: object) => ({
      apiVersion: 'networking.k8s.io/v1',
      kind: 'Ingress',
      metadata: { name: 'idle' },
      spec,
    })
    const refused = await client.post(ingresses, ingress({}))
    assert.deepEqual([refused.status, refused.headers.warning], [422, undefined])
    const made = await client.post(
      ingresses,
      ingress({ defaultBackend: { service: { name: 'web', port: { number: 80 } } } }),
    )
    assert.equal(made.status, 201)
    assert.match(String(made.headers.warning), /stored, but nothing in this cluster acts on it yet/)
  })

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
