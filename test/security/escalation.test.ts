import assert from 'node:assert/strict'
import { guardedCluster } from './guarded-cluster.ts'
import type { ApiUser, GuardedCluster } from './guarded-cluster.ts'

const rbac = '/apis/rbac.authorization.k8s.io/v1'
const aggregate = (into: string): object => ({
  metadata: { labels: { [`rbac.authorization.k8s.io/aggregate-to-${into}`]: 'true' } },
})
const bound = (name: string, role: string, user: string): object => ({
  metadata: { name },
  roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: role },
  subjects: [{ kind: 'User', apiGroup: 'rbac.authorization.k8s.io', name: user }],
})

describe('nobody gives themselves what they do not have', () => {
  let cluster: GuardedCluster
  let eve: ApiUser

  /** Eve may write every role and binding, and holds `view`. */
  before(async () => {
    cluster = await guardedCluster()
    const { admin } = cluster
    const roleWriter = {
      metadata: { name: 'role-writer' },
      rules: [
        {
          verbs: ['get', 'create', 'update', 'patch', 'delete'],
          apiGroups: ['rbac.authorization.k8s.io'],
          resources: ['clusterroles', 'clusterrolebindings', 'roles', 'rolebindings'],
        },
      ],
    }
    assert.equal((await admin.ask(`${rbac}/clusterroles`, { method: 'POST', body: roleWriter })).status, 201)
    for (const role of ['role-writer', 'view']) {
      const binding = bound(`eve-${role}`, role, 'eve')
      assert.equal((await admin.ask(`${rbac}/clusterrolebindings`, { method: 'POST', body: binding })).status, 201)
    }
    eve = await cluster.user('eve')
  })
  after(async () => {
    await cluster.stop()
    assert.deepEqual(cluster.errors, [])
  })

  const isAllPowerful = async (): Promise<boolean> => {
    const spec = { resourceAttributes: { verb: '*', group: '*', resource: '*' } }
    const path = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews'
    const { json } = await eve.ask(path, { method: 'POST', body: { spec } })
    return (json['status'] as { allowed: boolean }).allowed
  }
  const patched = (path: string, body: object) => eve.ask(`${rbac}/${path}`, { method: 'PATCH', body })
  const notHeld =
    /^clusterroles\.rbac\.authorization\.k8s\.io ".*" is forbidden: user "eve" \(groups=\["system:authenticated"\]\) is attempting to grant RBAC permissions not currently held:\n/
  const needsAll =
    /^clusterroles\.rbac\.authorization\.k8s\.io ".*" is forbidden: must have cluster-admin privileges to use the aggregationRule$/

  it('not by a label that puts a role into one that they hold', async () => {
    const answer = await patched('clusterroles/cluster-admin', aggregate('view'))
    assert.equal(answer.status, 403)
    assert.match(answer.message, notHeld)
    assert.equal(await isAllPowerful(), false)
    // By a role between the two.
    assert.match((await patched('clusterroles/admin', aggregate('view'))).message, needsAll)
    assert.match((await patched('clusterroles/system:aggregate-to-edit', aggregate('view'))).message, notHeld)
  })

  it('not by an aggregation, made, changed or taken away', async () => {
    const all = { clusterRoleSelectors: [{}] }
    const made = await eve.ask(`${rbac}/clusterroles`, {
      method: 'POST',
      body: { metadata: { name: 'all' }, aggregationRule: all },
    })
    assert.match(made.message, needsAll)
    assert.match((await patched('clusterroles/role-writer', { aggregationRule: all })).message, needsAll)
    assert.match((await patched('clusterroles/view', { aggregationRule: null })).message, needsAll)
    assert.match((await patched('clusterroles/view', { aggregationRule: null, rules: [] })).message, needsAll)
    assert.match((await patched('clusterroles/view', { metadata: { labels: { a: 'b' } } })).message, needsAll)
    assert.equal(await isAllPowerful(), false)
  })

  it('not by anything else of a role or a binding that holds more than they do', async () => {
    for (const body of [
      { metadata: { annotations: { a: 'b' } } },
      { metadata: { labels: { a: 'b' } } },
      { rules: [] },
    ]) {
      const { status } = await patched('clusterroles/cluster-admin', body)
      // What takes rights away is nothing that is given.
      assert.equal(status, 'rules' in body ? 200 : 403)
      if ('rules' in body) await restoreClusterAdmin()
    }
    const relabelled = await patched('clusterrolebindings/cluster-admin', { metadata: { labels: { a: 'b' } } })
    assert.equal(relabelled.status, 403)
    const joined = await patched('clusterrolebindings/cluster-admin', {
      subjects: [{ kind: 'User', apiGroup: 'rbac.authorization.k8s.io', name: 'eve' }],
    })
    assert.equal(joined.status, 403)
    assert.equal(await isAllPowerful(), false)
  })

  it('but what a garbage collector changes passes, and what they hold', async () => {
    assert.equal(
      (await patched('clusterroles/cluster-admin', { metadata: { finalizers: ['example.com/wait'] } })).status,
      200,
    )
    assert.equal((await patched('clusterroles/cluster-admin', { metadata: { finalizers: null } })).status, 200)
    assert.equal((await patched('clusterroles/role-writer', { metadata: { labels: { a: 'b' } } })).status, 200)
    assert.equal((await patched('clusterroles/role-writer', aggregate('view'))).status, 200)
  })

  it('the right to escalate the roles of some names is not one to make them', async () => {
    const rules = [
      {
        verbs: ['escalate'],
        apiGroups: ['rbac.authorization.k8s.io'],
        resources: ['clusterroles'],
        resourceNames: ['mine'],
      },
    ]
    const { admin } = cluster
    await admin.ask(`${rbac}/clusterroles`, { method: 'POST', body: { metadata: { name: 'escalator' }, rules } })
    await admin.ask(`${rbac}/clusterrolebindings`, { method: 'POST', body: bound('eve-escalates', 'escalator', 'eve') })
    const all = [{ verbs: ['*'], apiGroups: ['*'], resources: ['*'] }]
    const made = await eve.ask(`${rbac}/clusterroles`, {
      method: 'POST',
      body: { metadata: { name: 'mine' }, rules: all },
    })
    assert.equal(made.status, 403)
    await admin.ask(`${rbac}/clusterroles`, { method: 'POST', body: { metadata: { name: 'mine' }, rules: [] } })
    assert.equal((await patched('clusterroles/mine', { rules: all })).status, 200)
  })

  it('a role of 400 x 400 x 20 is refused at once, in few words', async () => {
    const many = (prefix: string, count: number): string[] => Array.from({ length: count }, (_, i) => `${prefix}${i}`)
    const rules = [{ verbs: many('v', 20), apiGroups: many('g', 400), resources: many('r', 400) }]
    const answer = await eve.ask(`${rbac}/clusterroles`, {
      method: 'POST',
      body: { metadata: { name: 'huge' }, rules },
    })
    assert.equal(answer.status, 403)
    assert.match(answer.message, notHeld)
    assert.match(answer.message, /\nand 159900 more$/)
    assert.ok(answer.text.length < 50_000, `${answer.text.length} bytes`)
  })

  const restoreClusterAdmin = async (): Promise<void> => {
    const rules = [
      { verbs: ['*'], apiGroups: ['*'], resources: ['*'] },
      { verbs: ['*'], nonResourceURLs: ['*'] },
    ]
    const answer = await cluster.admin.ask(`${rbac}/clusterroles/cluster-admin`, { method: 'PATCH', body: { rules } })
    assert.equal(answer.status, 200)
  }
})
