import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { guardedCluster } from './guarded-cluster.ts'
import type { Answer, ApiUser, GuardedCluster } from './guarded-cluster.ts'

const requests = '/apis/certificates.k8s.io/v1/certificatesigningrequests'

describe('a request for a certificate', function () {
  this.timeout(60_000)
  let cluster: GuardedCluster
  let asker: ApiUser
  let pem: string

  const claiming = (name: string, more: object = {}): object => ({
    apiVersion: 'certificates.k8s.io/v1',
    kind: 'CertificateSigningRequest',
    metadata: { name },
    spec: {
      ...{ request: pem, signerName: 'example.com/any', usages: ['client auth'] },
      ...{ username: 'system:admin', groups: ['system:masters'], uid: 'x', extra: { a: ['b'] } },
      ...more,
    },
  })
  const isTheirs = (answer: Answer, code: number): void => {
    assert.equal(answer.status, code, answer.text)
    const { spec } = answer.json as { spec: Record<string, unknown> }
    const { username, groups, uid, extra = {} } = spec
    assert.deepEqual([username, groups, uid], ['asker', ['system:authenticated'], undefined])
    assert.ok(!('a' in (extra as object)))
  }
  const apply = (name: string, body: object): Promise<Answer> =>
    asker.ask(`${requests}/${name}?fieldManager=test&force=true`, {
      method: 'PATCH',
      headers: { 'content-type': 'application/apply-patch+yaml' },
      body,
    })

  before(async () => {
    cluster = await guardedCluster()
    asker = await cluster.user('asker')
    const made = ['req', '-new', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-subj', '/CN=x']
    const text = execFileSync('openssl', [...made, '-keyout', '/dev/null'], { stdio: ['ignore', 'pipe', 'ignore'] })
    pem = text.toString('base64')
    for (const [path, body] of [
      [
        'clusterroles',
        {
          metadata: { name: 'asks' },
          rules: [
            {
              verbs: ['create', 'get', 'patch', 'update'],
              apiGroups: ['certificates.k8s.io'],
              resources: ['certificatesigningrequests'],
            },
          ],
        },
      ],
      [
        'clusterrolebindings',
        {
          metadata: { name: 'asks' },
          roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'asks' },
          subjects: [{ kind: 'User', apiGroup: 'rbac.authorization.k8s.io', name: 'asker' }],
        },
      ],
    ] as const) {
      const answer = await cluster.admin.ask(`/apis/rbac.authorization.k8s.io/v1/${path}`, { method: 'POST', body })
      assert.equal(answer.status, 201, answer.text)
    }
  })
  after(async () => {
    await cluster.stop()
    assert.deepEqual(cluster.errors, [])
  })

  it('names who asks, however it is made', async () => {
    isTheirs(await asker.ask(requests, { method: 'POST', body: claiming('created') }), 201)
    isTheirs(await apply('applied', claiming('applied')), 201)
    const writes = ['create', 'apply'].map(verb => ({ verb, object: claiming(`grouped-${verb}`) }))
    const group = await asker.ask('/atomic?fieldManager=test', { method: 'POST', body: { writes } })
    assert.equal(group.status, 200, group.text)
    for (const { object } of writes) {
      const { name } = (object as { metadata: { name: string } }).metadata
      isTheirs(await asker.ask(`${requests}/${name}`), 200)
    }
  })

  it('goes on naming them, whoever writes it', async () => {
    isTheirs(await apply('created', claiming('created')), 200)
    isTheirs(await asker.ask(`${requests}/created`, { method: 'PATCH', body: { spec: { username: 'other' } } }), 200)
    const applied = await cluster.admin.ask(`${requests}/created?fieldManager=admin&force=true`, {
      method: 'PATCH',
      headers: { 'content-type': 'application/apply-patch+yaml' },
      body: claiming('created'),
    })
    isTheirs(applied, 200)
  })
})
