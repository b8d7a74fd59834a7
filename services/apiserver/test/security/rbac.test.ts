import assert from 'node:assert/strict'
import { E } from '@periplus/prelude'
import { kindRegistry, refOf, statusOf } from '@periplus/api'
import type { KubernetesObject, Stored } from '@periplus/api'
import { builtinKinds } from '@periplus/kinds'
import { generateKeyPair, privateKeyPem } from '../../src/security/pki/key-pair.ts'
import { bootstrapPolicy, createSecurity } from '../../src/security/index.ts'
import type { ClusterSecurity } from '../../src/security/index.ts'
import type { Attributes, User } from '../../src/ports.ts'
import { cluster } from './cluster.ts'
import type { Cluster } from './cluster.ts'

const rbac = 'rbac.authorization.k8s.io'
const user = (name: string, ...groups: string[]): User => ({
  name,
  uid: '',
  groups: [...groups, 'system:authenticated'],
  extra: {},
})
const alice = user('alice')

/** `get pods/log web in shop`: verb, resource with subresource and group, name, namespace. */
const asked = (verb: string, resource: string, namespace = '', name = ''): Extract<Attributes, { tag: 'Resource' }> => {
  const [whole = '', ...group] = resource.split('.')
  const [plural = '', subresource = ''] = whole.split('/')
  return {
    tag: 'Resource',
    verb,
    group: group.join('.'),
    version: 'v1',
    resource: plural,
    subresource,
    namespace,
    name,
  }
}
const path = (verb: string, path: string): Attributes => ({ tag: 'NonResource', verb, path })

const role = (name: string, rules: object[], metadata: object = {}) => ({ metadata: { name, ...metadata }, rules })
const bound = (name: string, kind: string, roleName: string, subject: object, namespace?: string) => ({
  metadata: { name, ...(namespace ? { namespace } : {}) },
  roleRef: { apiGroup: rbac, kind, name: roleName },
  subjects: [subject],
})
const person = (name: string) => ({ kind: 'User', apiGroup: rbac, name })

describe('authorization', () => {
  let it_: Cluster
  let security: ClusterSecurity
  const allows = (who: User, what: Attributes): boolean => E.isRight(security.authorize(who, what))
  const words = (who: User, what: Attributes): string | undefined => {
    const answer = security.authorize(who, what)
    return E.isLeft(answer) ? statusOf(answer.left).message : undefined
  }

  beforeEach(async () => {
    it_ = cluster()
    security = await createSecurity({
      cut: it_.cut,
      clock: it_.clock,
      tokenKey: await privateKeyPem((await generateKeyPair()).privateKey),
    })
    for (const name of ['default', 'kube-system', 'shop']) await it_.put('namespaces', { metadata: { name } })
  })

  const withPolicy = async (): Promise<void> => {
    for (const { kind, object } of bootstrapPolicy) await it_.put(`${kind.resource}.${kind.group}`, object)
  }

  it('refuses in the words of Kubernetes', () => {
    assert.equal(
      words(alice, asked('list', 'pods', 'default')),
      'pods is forbidden: User "alice" cannot list resource "pods" in API group "" in the namespace "default"',
    )
    assert.equal(
      words(alice, asked('get', 'deployments/scale.apps', 'shop', 'web')),
      'deployments.apps "web" is forbidden: User "alice" cannot get resource "deployments/scale" in API group "apps" in the namespace "shop"',
    )
    assert.equal(
      words(alice, asked('list', 'nodes')),
      'nodes is forbidden: User "alice" cannot list resource "nodes" in API group "" at the cluster scope',
    )
    assert.equal(words(alice, path('get', '/metrics')), 'forbidden: User "alice" cannot get path "/metrics"')
  })

  it('follows roles and bindings as they come and go', async () => {
    await it_.put(`roles.${rbac}`, {
      ...role('reader', [{ verbs: ['get', 'list'], apiGroups: [''], resources: ['pods', 'pods/log'] }]),
      metadata: { name: 'reader', namespace: 'shop' },
    })
    assert.equal(allows(alice, asked('list', 'pods', 'shop')), false)
    await it_.put(`rolebindings.${rbac}`, bound('alice', 'Role', 'reader', person('alice'), 'shop'))
    assert.equal(allows(alice, asked('list', 'pods', 'shop')), true)
    assert.equal(allows(alice, asked('get', 'pods/log', 'shop', 'web')), true)
    assert.equal(allows(alice, asked('get', 'pods/exec', 'shop', 'web')), false)
    assert.equal(allows(alice, asked('list', 'pods', 'default')), false)
    assert.equal(allows(alice, asked('list', 'pods')), false)
    assert.equal(allows(user('bob'), asked('list', 'pods', 'shop')), false)
    await it_.remove(`rolebindings.${rbac}`, 'shop', 'alice')
    assert.equal(allows(alice, asked('list', 'pods', 'shop')), false)
  })

  it('knows groups, service accounts, names, stars and paths', async () => {
    await it_.put(
      `clusterroles.${rbac}`,
      role('some', [
        { verbs: ['get'], apiGroups: [''], resources: ['secrets'], resourceNames: ['one'] },
        { verbs: ['*'], apiGroups: ['apps'], resources: ['*'] },
        { verbs: ['update'], apiGroups: ['*'], resources: ['*/status'] },
        { verbs: ['get'], nonResourceURLs: ['/metrics', '/debug/*'] },
      ]),
    )
    await it_.put(
      `clusterrolebindings.${rbac}`,
      bound('ops', 'ClusterRole', 'some', { kind: 'Group', apiGroup: rbac, name: 'ops' }),
    )
    await it_.put(
      `rolebindings.${rbac}`,
      bound('robot', 'ClusterRole', 'some', { kind: 'ServiceAccount', name: 'robot', namespace: 'shop' }, 'default'),
    )
    const ops = user('olga', 'ops')
    const robot = user('system:serviceaccount:shop:robot')
    assert.equal(allows(ops, asked('get', 'secrets', 'shop', 'one')), true)
    assert.equal(allows(ops, asked('get', 'secrets', 'shop', 'two')), false)
    assert.equal(allows(ops, asked('get', 'secrets', 'shop')), false)
    assert.equal(allows(ops, asked('patch', 'deployments/scale.apps', 'shop', 'web')), true)
    assert.equal(allows(ops, asked('update', 'jobs/status.batch', 'shop', 'x')), true)
    assert.equal(allows(ops, asked('update', 'jobs.batch', 'shop', 'x')), false)
    assert.equal(allows(ops, path('get', '/debug/pprof')), true)
    assert.equal(allows(ops, path('get', '/debug')), false)
    assert.equal(allows(robot, asked('get', 'secrets', 'default', 'one')), true)
    assert.equal(allows(robot, asked('get', 'secrets', 'shop', 'one')), false)
    assert.equal(allows(robot, path('get', '/metrics')), false)
    assert.equal(allows(user('root', 'system:masters'), asked('delete', 'nodes', '', 'one')), true)
  })

  it('names the roles that bindings miss', async () => {
    await it_.put(`clusterrolebindings.${rbac}`, bound('broken', 'ClusterRole', 'nowhere', person('alice')))
    assert.match(
      words(alice, asked('get', 'pods', 'shop', 'x')) ?? '',
      /in the namespace "shop": RBAC: clusterrole\.rbac\.authorization\.k8s\.io "nowhere" not found$/,
    )
  })

  it('gives every cluster the roles that clients count on', async () => {
    await withPolicy()
    await it_.put(`rolebindings.${rbac}`, bound('admin', 'ClusterRole', 'admin', person('ann'), 'shop'))
    await it_.put(`rolebindings.${rbac}`, bound('edit', 'ClusterRole', 'edit', person('ed'), 'shop'))
    await it_.put(`rolebindings.${rbac}`, bound('view', 'ClusterRole', 'view', person('vi'), 'shop'))
    const [ann, ed, vi] = [user('ann'), user('ed'), user('vi')]
    const may = (what: Attributes) => [ann, ed, vi].map(who => allows(who, what))
    assert.deepEqual(may(asked('get', 'pods', 'shop', 'web')), [true, true, true])
    assert.deepEqual(may(asked('get', 'secrets', 'shop', 'key')), [true, true, false])
    assert.deepEqual(may(asked('create', 'deployments.apps', 'shop')), [true, true, false])
    assert.deepEqual(may(asked('create', `rolebindings.${rbac}`, 'shop')), [true, false, false])
    assert.deepEqual(may(asked('list', 'pods', 'default')), [false, false, false])
    assert.deepEqual(may(asked('create', 'selfsubjectaccessreviews.authorization.k8s.io')), [true, true, true])
    const anonymous: User = { name: 'system:anonymous', uid: '', groups: ['system:unauthenticated'], extra: {} }
    assert.equal(allows(anonymous, path('get', '/version')), true)
    assert.equal(allows(anonymous, path('get', '/api')), false)
    assert.equal(allows(alice, path('get', '/apis/apps/v1')), true)
    assert.equal(allows(user('system:kube-scheduler'), asked('create', 'pods/binding', 'shop', 'web')), true)
    // A custom resource joins by label, and the aggregated roles grow at once.
    await it_.put(
      `clusterroles.${rbac}`,
      role('gadgets', [{ verbs: ['list'], apiGroups: ['example.com'], resources: ['gadgets'] }], {
        labels: { [`${rbac}/aggregate-to-view`]: 'true' },
      }),
    )
    assert.deepEqual(may(asked('list', 'gadgets.example.com', 'shop')), [true, true, true])
    const rules = security.rulesFor(vi, 'shop').resourceRules
    assert.ok(rules.some(({ resources }) => resources.includes('gadgets')))
    assert.equal(security.rulesFor(user('root', 'system:masters'), 'shop').nonResourceRules[0]?.nonResourceURLs[0], '*')
  })

  it('lets nobody give what they do not have', async () => {
    await withPolicy()
    await it_.put(`rolebindings.${rbac}`, bound('admin', 'ClusterRole', 'admin', person('ann'), 'shop'))
    const kinds = kindRegistry(builtinKinds)
    const grant = (resource: string, next: object, previous?: object, who = user('ann')): string | undefined => {
      const kind = kinds.stored(rbac, resource)
      assert.ok(kind)
      const refused = security.mayWrite(who, {
        kind,
        subresource: undefined,
        ref: refOf(kind, 'shop', 'mine'),
        ends: false,
        operation: previous ? 'update' : 'create',
        next: next as KubernetesObject,
        previous: previous as Stored<KubernetesObject> | undefined,
      })
      return refused && statusOf(refused).message
    }
    const metadata = { name: 'mine', namespace: 'shop' }
    const within = { metadata, rules: [{ verbs: ['get', 'list'], apiGroups: [''], resources: ['pods', 'secrets'] }] }
    const beyond = { metadata, rules: [{ verbs: ['get', 'list'], apiGroups: [''], resources: ['nodes'] }] }
    assert.equal(grant('roles', within), undefined)
    assert.equal(
      grant('roles', beyond),
      'roles.rbac.authorization.k8s.io "mine" is forbidden: user "ann" (groups=["system:authenticated"]) is attempting to grant RBAC permissions not currently held:\n{APIGroups:[""], Resources:["nodes"], Verbs:["get" "list"]}',
    )
    assert.match(
      grant('roles', { ...beyond, metadata: { ...metadata, labels: { a: 'b' } } }, beyond) ?? '',
      /not currently held/,
    )
    assert.equal(grant('roles', { ...beyond, metadata: { ...metadata, finalizers: ['a/b'] } }, beyond), undefined)
    assert.equal(grant('roles', beyond, undefined, user('root', 'system:masters')), undefined)
    const binding = (roleName: string) => bound('mine', 'ClusterRole', roleName, person('eve'), 'shop')
    assert.equal(grant('rolebindings', binding('view')), undefined)
    assert.match(grant('rolebindings', binding('cluster-admin')) ?? '', /not currently held:\n\{APIGroups:\["\*"\]/)
    await it_.put(
      `clusterroles.${rbac}`,
      role('binder', [
        { verbs: ['bind'], apiGroups: [rbac], resources: ['clusterroles'], resourceNames: ['cluster-admin'] },
      ]),
    )
    await it_.put(`clusterrolebindings.${rbac}`, bound('binder', 'ClusterRole', 'binder', person('ann')))
    assert.equal(grant('rolebindings', binding('cluster-admin')), undefined)
  })

  it('lets a node have what its pods name, and no more', async () => {
    await it_.put('serviceaccounts', { metadata: { name: 'default', namespace: 'shop' } })
    await it_.put('pods', {
      metadata: { name: 'web', namespace: 'shop' },
      spec: {
        nodeName: 'one',
        containers: [{ name: 'c', image: 'i', envFrom: [{ configMapRef: { name: 'env' } }] }],
        volumes: [{ name: 'key', secret: { secretName: 'key' } }],
      },
    })
    const one = user('system:node:one', 'system:nodes')
    const two = user('system:node:two', 'system:nodes')
    const may = (what: Attributes) => [one, two].map(who => allows(who, what))
    assert.deepEqual(may(asked('get', 'secrets', 'shop', 'key')), [true, false])
    assert.deepEqual(may(asked('get', 'secrets', 'shop', 'other')), [false, false])
    assert.deepEqual(may(asked('list', 'secrets', 'shop')), [false, false])
    assert.deepEqual(may(asked('get', 'configmaps', 'shop', 'env')), [true, false])
    assert.deepEqual(may(asked('get', 'configmaps', 'shop', 'kube-root-ca.crt')), [true, false])
    assert.deepEqual(may(asked('create', 'serviceaccounts/token', 'shop', 'default')), [true, false])
    assert.deepEqual(may(asked('patch', 'nodes/status', '', 'one')), [true, true])
    // Whose status it is, the write path asks.
    assert.deepEqual(may(asked('patch', 'pods/status', 'shop', 'web')), [true, true])
    assert.deepEqual(may(asked('create', 'pods/eviction', 'shop', 'web')), [true, false])
    assert.deepEqual(may(asked('get', 'pods', 'shop', 'web')), [true, false])
    assert.deepEqual(may(asked('list', 'pods')), [false, false])
    const fields = [{ field: 'spec.nodeName', operator: '=', value: 'one' }] as const
    assert.deepEqual(may({ ...asked('watch', 'pods'), fields }), [true, false])
    assert.deepEqual(may(asked('get', 'nodes', '', 'one')), [true, false])
    assert.deepEqual(may(asked('list', 'nodes')), [false, false])
    assert.deepEqual(may(asked('get', 'leases.coordination.k8s.io', 'kube-node-lease', 'two')), [false, true])
    assert.deepEqual(may(asked('get', 'leases.coordination.k8s.io', 'kube-system', 'one')), [false, false])
    assert.deepEqual(may(asked('get', 'persistentvolumeclaims', 'shop', 'env')), [false, false])
    assert.deepEqual(may(asked('update', 'configmaps', 'shop', 'env')), [false, false])
    assert.deepEqual(may(asked('get', 'serviceaccounts', 'shop', 'default')), [true, false])
    assert.deepEqual(may(asked('list', 'services')), [true, true])
    assert.deepEqual(may(asked('delete', 'deployments.apps', 'shop', 'x')), [false, false])
  })
})
