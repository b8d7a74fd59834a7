import assert from 'node:assert/strict'
import type { Kind } from '@periplus/api'
import { builtinKinds } from '@periplus/kinds'
import { guardedCluster } from './guarded-cluster.ts'
import type { ApiUser, GuardedCluster } from './guarded-cluster.ts'

const root = ({ group, version }: Kind): string => (group === '' ? `/api/${version}` : `/apis/${group}/${version}`)
const ofOne = ['GET', 'PUT', 'DELETE']
const ofMany = ['GET', 'POST', 'DELETE']
const subresources = ['status', 'finalize', 'token', 'proxy']

describe('what is authorized for one scope is carried out in no other', function () {
  this.timeout(120_000)
  let cluster: GuardedCluster
  /** May do everything in `tenant`, and nothing elsewhere. */
  let tenant: ApiUser

  before(async () => {
    cluster = await guardedCluster()
    for (const name of ['tenant', 'victim'])
      await cluster.admin.ask('/api/v1/namespaces', { method: 'POST', body: { metadata: { name } } })
    const binding = {
      metadata: { name: 'tenant' },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' },
      subjects: [{ kind: 'User', apiGroup: 'rbac.authorization.k8s.io', name: 'tenant' }],
    }
    const path = '/apis/rbac.authorization.k8s.io/v1/namespaces/tenant/rolebindings'
    assert.equal((await cluster.admin.ask(path, { method: 'POST', body: binding })).status, 201)
    for (const namespace of ['tenant', 'victim'])
      await cluster.admin.ask(`/api/v1/namespaces/${namespace}/configmaps`, {
        method: 'POST',
        body: { metadata: { name: 'own' }, data: { of: namespace } },
      })
    tenant = await cluster.user('tenant')
    assert.equal((await tenant.ask('/api/v1/namespaces/tenant/configmaps/own')).status, 200)
  })
  after(async () => {
    await cluster.stop()
    assert.deepEqual(cluster.errors, [])
  })

  it('a kind of the cluster is not found below a namespace, whatever is asked of it', async () => {
    const before = cluster.sequence()
    const wrong: string[] = []
    for (const kind of builtinKinds.filter(({ namespaced }) => !namespaced)) {
      const collection = `${root(kind)}/namespaces/tenant/${kind.resource}`
      const watches = `${root(kind)}/watch/namespaces/tenant/${kind.resource}`
      const paths = [
        `${collection}/victim`,
        `${collection}/tenant`,
        ...[...subresources, ...kind.subresources.map(({ name }) => name)].map(name => `${collection}/victim/${name}`),
        `${watches}/victim`,
      ]
      const asked = [
        ...paths.flatMap(path => ofOne.map(method => ({ path, method }))),
        ...[collection, watches].flatMap(path => ofMany.map(method => ({ path, method }))),
      ]
      await Promise.all(
        asked.map(async ({ path, method }) => {
          const body = method === 'PUT' ? { body: { metadata: { name: 'victim' } } } : {}
          const { status } = await tenant.ask(path, { method, ...body })
          if (status !== 404) wrong.push(`${method} ${path}: ${status}`)
        }),
      )
    }
    assert.deepEqual(wrong, [])
    assert.equal(cluster.sequence(), before)
  })

  it('a kind of a namespace is not found by name without one', async () => {
    const wrong: string[] = []
    for (const kind of builtinKinds.filter(({ namespaced }) => namespaced))
      for (const path of [`${root(kind)}/${kind.resource}/own`, `${root(kind)}/watch/${kind.resource}/own`])
        for (const method of ofOne) {
          const { status } = await cluster.admin.ask(path, { method })
          if (status !== 404) wrong.push(`${method} ${path}: ${status}`)
        }
    assert.deepEqual(wrong, [])
  })

  it('a namespace itself is only at its own path, with its own two subresources', async () => {
    assert.equal((await tenant.ask('/api/v1/namespaces/tenant')).json['kind'], 'Namespace')
    assert.equal((await tenant.ask('/api/v1/namespaces/tenant/status')).json['kind'], 'Namespace')
    for (const path of ['/api/v1/namespaces/victim', '/api/v1/namespaces/victim/status', '/api/v1/namespaces'])
      for (const method of ['GET', 'PATCH', 'DELETE'])
        assert.equal((await tenant.ask(path, { method, body: {} })).status, 403, `${method} ${path}`)
    assert.equal((await tenant.ask('/apis/apps/v1/namespaces/tenant/status')).status, 404)
    assert.equal((await tenant.ask('/api/v1/namespaces/tenant/status/more')).status, 404)
  })

  it('a body does not lead out of its path', async () => {
    const before = cluster.sequence()
    const maps = '/api/v1/namespaces/tenant/configmaps'
    const elsewhere = { metadata: { name: 'own', namespace: 'victim' }, data: { of: 'tenant' } }
    const renamed = { metadata: { name: 'other' }, data: { of: 'tenant' } }
    const asked: readonly [method: string, path: string, body: object][] = [
      ['POST', maps, elsewhere],
      ['PUT', `${maps}/own`, elsewhere],
      ['PUT', `${maps}/own`, renamed],
      ['PATCH', `${maps}/own`, renamed],
      ['PATCH', `${maps}/own`, elsewhere],
      ['POST', '/api/v1/namespaces/tenant/bindings', { ...elsewhere, target: { name: 'node' } }],
      ['POST', '/api/v1/namespaces/tenant/pods/own/eviction', elsewhere],
      ['POST', '/api/v1/namespaces/tenant/pods/own/eviction', renamed],
    ]
    for (const [method, path, body] of asked) {
      const { status } = await tenant.ask(path, { method, body })
      assert.ok(status === 400 || status === 422, `${method} ${path} ${JSON.stringify(body)}: ${status}`)
    }
    assert.equal(cluster.sequence(), before)
  })

  it('a path is read in one way', async () => {
    const cases: readonly [path: string, status: number][] = [
      ['/api/v1/namespaces/tenant/configmaps/', 200],
      ['//api/v1/namespaces/tenant/configmaps', 200],
      ['/api/v1/namespaces/%74enant/configmaps', 200],
      ['/at/99999999/api/v1/namespaces/victim/configmaps', 403],
      // An empty segment names no resource.
      ['/api/v1//namespaces/victim/configmaps', 404],
      ['/api/v1/namespaces//configmaps', 404],
      ['/api/v1/namespaces/tenant//configmaps', 404],
      ['/api//v1/namespaces/victim', 404],
      ['/apis//v1/namespaces/victim', 404],
      ['/api/v1/namespaces/tenant/../victim/configmaps', 404],
      ['/api/v1/namespaces/tenant/configmaps/../../victim', 404],
      ['/api/v1/namespaces/tenant/configmaps/..', 400],
      ['/api/v1/namespaces/tenant/configmaps/%2e%2e', 400],
      ['/api/v1/namespaces/tenant%2fconfigmaps/pods', 403],
      ['/api/v1/namespaces/tenant/configmaps/..%2f..%2fvictim', 400],
      ['/api/v1/namespaces/tenant/configmaps/own/more', 404],
      ['/api/v1/namespaces/tenant/configmaps/%zz', 400],
      ['/%', 400],
      ['/api/v1/namespaces/tenant/configmaps/%ff', 400],
      ['/api/v1/watch/namespaces/tenant/configmaps/own/status', 404],
    ]
    const found: [string, number][] = []
    for (const [path] of cases) found.push([path, (await tenant.ask(path)).status])
    assert.deepEqual(found, cases)
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE'])
      assert.equal((await tenant.ask('/api/v1/watch/namespaces/tenant/configmaps', { method })).status, 405)
  })

  it('a deletion of a collection stays in its namespace', async () => {
    const { status } = await tenant.ask('/api/v1/namespaces/tenant/configmaps', { method: 'DELETE' })
    assert.equal(status, 200)
    assert.deepEqual((await cluster.admin.ask('/api/v1/configmaps')).names, ['own'])
    assert.equal((await tenant.ask('/api/v1/configmaps', { method: 'DELETE' })).status, 403)
  })
})
