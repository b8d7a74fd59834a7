import assert from 'node:assert/strict'
import { guardedCluster } from './guarded-cluster.ts'
import type { Answer, ApiUser, GuardedCluster } from './guarded-cluster.ts'

interface Created {
  readonly metadata: { readonly uid: string }
}

describe('a node keeps to its own', () => {
  let cluster: GuardedCluster
  let one: ApiUser
  const uids = new Map<string, string>()

  const made = async (path: string, body: object): Promise<string> => {
    const answer = await cluster.admin.ask(path, { method: 'POST', body })
    assert.equal(answer.status, 201, answer.text)
    return (answer.json as unknown as Partial<Created>).metadata?.uid ?? ''
  }

  before(async () => {
    cluster = await guardedCluster()
    await made('/api/v1/namespaces/default/serviceaccounts', { metadata: { name: 'default' } })
    await made('/api/v1/namespaces/default/serviceaccounts', { metadata: { name: 'powerful' } })
    for (const name of ['a', 'b'])
      await made('/api/v1/namespaces/default/secrets', { metadata: { name }, data: { key: 'eA==' } })
    one = await cluster.user('system:node:one', 'system:nodes')
    for (const node of ['one', 'two']) uids.set(node, await made('/api/v1/nodes', { metadata: { name: node } }))
    for (const [name, node, secret] of [
      ['mine', 'one', 'a'],
      ['other', 'two', 'b'],
    ] as const) {
      const spec = {
        nodeName: node,
        containers: [{ name: 'c', image: 'i' }],
        volumes: [{ name: 'v', secret: { secretName: secret } }],
      }
      uids.set(name, await made('/api/v1/namespaces/default/pods', { metadata: { name }, spec }))
    }
  })
  after(async () => {
    await cluster.stop()
    assert.deepEqual(cluster.errors, [])
  })

  const patched = (path: string, body: object): Promise<Answer> => one.ask(`/api/v1/${path}`, { method: 'PATCH', body })
  const refusals = async (asked: readonly (readonly [Promise<Answer>, RegExp])[]): Promise<void> => {
    for (const [asking, words] of asked) {
      const { status, message, text } = await asking
      assert.equal(status, 403, text)
      assert.match(message, words)
    }
  }

  it('among nodes', async () => {
    assert.equal((await one.ask('/api/v1/nodes/one')).status, 200)
    assert.equal((await one.ask('/api/v1/nodes?fieldSelector=metadata.name%3Done')).status, 200)
    assert.equal((await patched('nodes/one/status', { status: { phase: 'Running' } })).status, 200)
    assert.equal(
      (await patched('nodes/one', { metadata: { labels: { 'kubernetes.io/os': 'linux', mine: 'x' } } })).status,
      200,
    )
    const label = 'node-restriction.kubernetes.io/team'
    await refusals([
      [one.ask('/api/v1/nodes'), /cannot list resource "nodes"/],
      [one.ask('/api/v1/nodes/two'), /cannot get resource "nodes"/],
      [one.ask('/api/v1/nodes/one', { method: 'DELETE' }), /cannot delete resource "nodes"/],
      [patched('nodes/two/status', { status: {} }), /node "one" is not allowed to modify node "two"/],
      [patched('nodes/two', { metadata: { labels: { a: 'b' } } }), /node "one" is not allowed to modify node "two"/],
      [patched('nodes/one', { spec: { taints: [] } }), /node "one" is not allowed to modify taints/],
      [
        patched('nodes/one', { metadata: { labels: { [label]: 'x' } } }),
        /is not allowed to modify labels: node-restriction/,
      ],
      [patched('nodes/one/status', { metadata: { labels: { [label]: 'x' } } }), /is not allowed to modify labels: /],
      [
        patched('nodes/one', { metadata: { labels: { 'node-role.kubernetes.io/control-plane': '' } } }),
        /modify labels/,
      ],
      [
        one.ask('/api/v1/nodes', { method: 'POST', body: { metadata: { name: 'three' } } }),
        /node "one" is not allowed to modify node "three"/,
      ],
    ])
  })

  it('among pods, their status and their evictions', async () => {
    const pods = '/api/v1/namespaces/default/pods'
    assert.deepEqual((await one.ask('/api/v1/pods?fieldSelector=spec.nodeName%3Done')).names, ['mine'])
    assert.equal((await one.ask(`${pods}/mine`)).status, 200)
    assert.equal((await patched('namespaces/default/pods/mine/status', { status: { phase: 'Running' } })).status, 200)
    const eviction = (name: string): Promise<Answer> =>
      one.ask(`${pods}/${name}/eviction`, { method: 'POST', body: { metadata: { name } } })
    const mirror = (fields: object, spec: object = {}): Promise<Answer> =>
      one.ask(pods, {
        method: 'POST',
        body: {
          metadata: { name: 'mirror', annotations: { 'kubernetes.io/config.mirror': 'x' }, ...fields },
          spec: { nodeName: 'one', containers: [{ name: 'c', image: 'i' }], ...spec },
        },
      })
    const owner = { apiVersion: 'v1', kind: 'Node', name: 'one', uid: uids.get('one'), controller: true }
    await refusals([
      [one.ask('/api/v1/pods'), /cannot list resource "pods"/],
      [one.ask('/api/v1/pods?fieldSelector=spec.nodeName%3Dtwo'), /cannot list resource "pods"/],
      [one.ask('/api/v1/pods?fieldSelector=spec.nodeName!%3Done'), /cannot list resource "pods"/],
      [one.ask(`${pods}/other`), /cannot get resource "pods"/],
      [one.ask(`${pods}/other`, { method: 'DELETE' }), /can only delete pods with spec.nodeName set to itself/],
      [patched('namespaces/default/pods/other/status', { status: {} }), /can only update pod status for pods with/],
      [patched('namespaces/default/pods/mine/status', { metadata: { labels: { a: 'b' } } }), /cannot update labels/],
      [patched('namespaces/default/pods/mine', { metadata: { labels: { a: 'b' } } }), /cannot patch resource "pods"/],
      [eviction('other'), /cannot create resource "pods\/eviction"/],
      [one.ask(`${pods}/mine/exec?command=x&stdout=1`, { method: 'POST' }), /cannot create resource "pods\/exec"/],
      [mirror({ annotations: {} }), /can only create mirror pods/],
      [mirror({}), /with an owner reference set to itself/],
      [mirror({ ownerReferences: [owner] }, { nodeName: 'two' }), /with spec.nodeName set to itself/],
      [mirror({ ownerReferences: [{ ...owner, uid: 'x' }] }), /node one UID mismatch/],
      [
        mirror({ ownerReferences: [owner] }, { volumes: [{ name: 'v', secret: { secretName: 'b' } }] }),
        /node "one" can not create pods that reference secrets/,
      ],
    ])
    assert.equal((await mirror({ ownerReferences: [owner] })).status, 201)
    assert.equal((await one.ask(`${pods}/mirror?gracePeriodSeconds=0`, { method: 'DELETE' })).status, 200)
    assert.equal((await eviction('mine')).status, 201)
  })

  it('among what its pods name', async () => {
    const secrets = '/api/v1/namespaces/default/secrets'
    assert.equal((await one.ask(`${secrets}/a`)).status, 200)
    await refusals([
      [one.ask(`${secrets}/b`), /cannot get resource "secrets"/],
      [one.ask(secrets), /cannot list resource "secrets"/],
      [one.ask(`${secrets}/a`, { method: 'PUT', body: {} }), /cannot update resource "secrets"/],
      [one.ask('/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/two'), /cannot get resource "leases"/],
      [
        one.ask('/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases', {
          method: 'POST',
          body: { metadata: { name: 'two' } },
        }),
        /can only access node lease with the same name as the requesting node/,
      ],
    ])
  })

  it('among tokens', async () => {
    const asked = (account: string, boundObjectRef?: object, audiences: readonly string[] = []): Promise<Answer> =>
      one.ask(`/api/v1/namespaces/default/serviceaccounts/${account}/token`, {
        method: 'POST',
        body: { spec: { audiences, ...(boundObjectRef ? { boundObjectRef } : {}) } },
      })
    const pod = (name: string, uid = uids.get(name)): object => ({ apiVersion: 'v1', kind: 'Pod', name, uid })
    await refusals([
      [asked('powerful', pod('mine')), /cannot create resource "serviceaccounts\/token"/],
      [asked('default'), /node requested token not bound to a pod/],
      [asked('default', { apiVersion: 'v1', kind: 'Node', name: 'one', uid: uids.get('one') }), /not bound to a pod/],
      [asked('default', { apiVersion: 'v1', kind: 'Pod', name: 'mine' }), /a pod binding without a uid/],
      [asked('default', pod('other')), /bound to a pod scheduled on a different node/],
      [asked('default', pod('mine', 'x')), /does not match the UID in record/],
      [asked('default', pod('mine'), ['vault']), /audience "vault" not found in pod spec volume/],
      [asked('default', pod('mine'), ['', 'vault']), /node may only request 0 or 1 audiences/],
    ])
    const answer = await asked('default', pod('mine'))
    assert.equal(answer.status, 201, answer.text)
  })

  it('and a token is bound to no pod of another account, whoever asks', async () => {
    const body = (spec: object, metadata: object = {}): object => ({ method: 'POST', body: { metadata, spec } })
    const path = '/api/v1/namespaces/default/serviceaccounts/powerful/token'
    const boundObjectRef = { apiVersion: 'v1', kind: 'Pod', name: 'other' }
    const refused = await cluster.admin.ask(path, body({ boundObjectRef }))
    assert.equal(refused.status, 400)
    assert.equal(
      refused.message,
      'cannot bind token for serviceaccount "powerful" to pod running with different serviceaccount name.',
    )
    assert.equal((await cluster.admin.ask(path, body({}, { name: 'default' }))).status, 422)
    assert.equal((await cluster.admin.ask(path, body({}, { namespace: 'kube-system' }))).status, 422)
    assert.equal((await cluster.admin.ask(path, body({}, { uid: 'x' }))).status, 409)
    assert.equal((await cluster.admin.ask(path, body({ boundObjectRef: { kind: 'Pod', name: 'none' } }))).status, 404)
    assert.equal((await cluster.admin.ask(path, body({ boundObjectRef: { kind: 'toString', name: 'x' } }))).status, 400)
  })

  it('a node without a name is none, and may change nothing', async () => {
    const nameless = await cluster.user('mallory', 'system:nodes')
    assert.equal((await nameless.ask('/api/v1/nodes/one')).status, 403)
    assert.equal((await nameless.ask('/api/v1/nodes/one/status', { method: 'PATCH', body: {} })).status, 403)
  })
})
