import 'reflect-metadata'
import assert from 'node:assert/strict'
import { webcrypto } from 'node:crypto'
import { Pkcs10CertificateRequestGenerator, X509CertificateGenerator, cryptoProvider } from '@peculiar/x509'
import { guardedCluster } from './guarded-cluster.ts'
import type { Answer, ApiUser, GuardedCluster } from './guarded-cluster.ts'

const requests = '/apis/certificates.k8s.io/v1/certificatesigningrequests'
const roles = '/apis/rbac.authorization.k8s.io/v1'
const client = 'kubernetes.io/kube-apiserver-client'
const approved = { type: 'Approved', status: 'True', reason: 'Mine', message: 'of mine' }

const signingAlgorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }
const newKeys = () => {
  cryptoProvider.set(webcrypto as unknown as Parameters<typeof cryptoProvider.set>[1])
  return webcrypto.subtle.generateKey(signingAlgorithm, true, ['sign', 'verify'])
}
const base64 = (text: string): string => Buffer.from(text).toString('base64')

const requestFor = async (name: string): Promise<string> => {
  const request = await Pkcs10CertificateRequestGenerator.create({ name, keys: await newKeys(), signingAlgorithm })
  return base64(request.toString('pem'))
}
const certificateFor = async (name: string): Promise<string> => {
  const issued = await X509CertificateGenerator.createSelfSigned({ name, keys: await newKeys(), signingAlgorithm })
  return base64(issued.toString('pem'))
}

describe('a certificate is asked for, approved and signed by those who may', () => {
  let cluster: GuardedCluster
  let eve: ApiUser

  /** Eve may do everything with signing requests, save for what is asked about a signer. */
  before(async () => {
    cluster = await guardedCluster()
    const rules = [
      {
        verbs: ['*'],
        apiGroups: ['certificates.k8s.io'],
        resources: [
          'certificatesigningrequests',
          'certificatesigningrequests/approval',
          'certificatesigningrequests/status',
        ],
      },
      {
        verbs: ['approve', 'sign'],
        apiGroups: ['certificates.k8s.io'],
        resources: ['signers'],
        resourceNames: ['example.com/*'],
      },
    ]
    const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'requests' }
    const subjects = [{ kind: 'User', apiGroup: 'rbac.authorization.k8s.io', name: 'eve' }]
    const made = async (path: string, body: object): Promise<void> => {
      assert.equal((await cluster.admin.ask(`${roles}/${path}`, { method: 'POST', body })).status, 201)
    }
    await made('clusterroles', { metadata: { name: 'requests' }, rules })
    await made('clusterrolebindings', { metadata: { name: 'requests' }, roleRef, subjects })
    eve = await cluster.user('eve')
  })
  after(async () => {
    await cluster.stop()
    assert.deepEqual(cluster.errors, [])
  })

  const asked = async (who: ApiUser, name: string, signerName: string, subject: string): Promise<Answer> => {
    const spec = {
      signerName,
      usages: ['client auth'],
      request: await requestFor(subject),
      username: 'root',
      groups: ['g'],
    }
    return who.ask(requests, { method: 'POST', body: { metadata: { name }, spec, status: { conditions: [approved] } } })
  }
  const patched = (who: ApiUser, path: string, body: object): Promise<Answer> =>
    who.ask(`${requests}/${path}`, { method: 'PATCH', body })
  const specOf = (answer: Answer) =>
    answer.json['spec'] as { readonly username: string; readonly groups: readonly string[]; readonly request: string }

  it('nobody asks for a certificate of the masters', async () => {
    const refused = await asked(eve, 'masters', client, 'O=system:masters, CN=eve')
    assert.equal(refused.status, 403)
    assert.match(
      refused.message,
      /use of kubernetes.io\/kube-apiserver-client signer with system:masters group is not allowed$/,
    )
  })

  it('a request says who asks, is not approved, and stays what it was', async () => {
    const made = await asked(eve, 'mine', client, 'CN=eve')
    assert.equal(made.status, 201, made.text)
    assert.equal(specOf(made).username, 'eve')
    assert.deepEqual(specOf(made).groups, ['system:authenticated'])
    assert.equal(made.json['status'] === undefined || !made.text.includes('Approved'), true)
    const changed = await patched(eve, 'mine', {
      spec: { username: 'root', groups: ['system:masters'], request: await requestFor('CN=root') },
      status: { conditions: [approved] },
      metadata: { labels: { a: 'b' } },
    })
    assert.equal(changed.status, 200, changed.text)
    assert.deepEqual(specOf(changed), specOf(made))
    assert.ok(!changed.text.includes('Approved'))
  })

  it('only who may for that signer approves, and only at approval', async () => {
    const certificate = await certificateFor('CN=x')
    for (const [path, body, status] of [
      ['mine/approval', { status: { conditions: [approved] } }, 403],
      ['mine/status', { status: { conditions: [approved] } }, 422],
      ['mine/status', { status: { certificate: base64('no certificate') } }, 422],
      ['mine/status', { status: { certificate } }, 403],
    ] as const)
      assert.equal((await patched(eve, path, body)).status, status, path)
    const { message } = await patched(eve, 'mine/approval', { status: { conditions: [approved] } })
    assert.match(
      message,
      /user not permitted to approve requests with signerName "kubernetes.io\/kube-apiserver-client"$/,
    )
    assert.equal((await asked(eve, 'theirs', 'example.com/any', 'CN=x')).status, 201)
    const annotations = { why: 'because' }
    const given = await patched(eve, 'theirs/approval', {
      metadata: { annotations },
      status: { conditions: [approved] },
    })
    assert.equal(given.status, 200, given.text)
    // What is said besides the verdict is kept, as by Kubernetes.
    assert.deepEqual((given.json['metadata'] as { annotations: object }).annotations, annotations)
    assert.equal((await patched(eve, 'theirs/status', { status: { certificate } })).status, 200)
  })

  it('a node asks for certificates in its own name', async () => {
    const node = await cluster.user('system:node:one', 'system:nodes')
    const signer = 'kubernetes.io/kubelet-serving'
    const refused = await asked(node, 'two', signer, 'O=system:nodes, CN=system:node:two')
    assert.equal(refused.status, 403)
    assert.match(refused.message, /can only create a node CSR with CN=system:node:one$/)
    assert.equal((await asked(node, 'one', signer, 'O=system:nodes, CN=system:node:one')).status, 201)
  })
})
