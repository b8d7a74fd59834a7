import assert from 'node:assert/strict'
import { statusOf } from '@periplus/api'
import type { Node, Pod } from '@periplus/kinds'
import { builtInAdmission } from '../src/index.ts'
import { kindOf, object, ok, refOf, refusal, world } from './world.ts'
import type { World } from './world.ts'

const pods = kindOf('', 'pods')
const namespaces = kindOf('', 'namespaces')
const accounts = kindOf('', 'serviceaccounts')
const pod = (spec: object = {}, metadata: object = {}) =>
  object({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'web', namespace: 'shop', ...metadata },
    spec: { containers: [{ name: 'web', image: 'nginx' }], ...spec },
  })

const create = (it: World, kind: ReturnType<typeof kindOf>, given: ReturnType<typeof object>) =>
  it.run({ verb: 'create', kind, object: given })

const shop = async (): Promise<World> => {
  const it = world({ admission: builtInAdmission })
  ok(await create(it, namespaces, object({ metadata: { name: 'shop' } })))
  it.catchUp()
  ok(await create(it, accounts, object({ metadata: { name: 'default', namespace: 'shop' } })))
  it.catchUp()
  return it
}

describe('admission', () => {
  it('gives a pod its service account, its token, its priority and its tolerations', async () => {
    const made = ok(await create(await shop(), pods, pod())).object as Pod
    assert.equal(made.spec?.serviceAccountName, 'default')
    const [volume] = made.spec?.volumes ?? []
    assert.match(volume?.name ?? '', /^kube-api-access-[bcdfghjklmnpqrstvwxz2456789]{5}$/)
    assert.deepEqual(made.spec?.containers[0]?.volumeMounts, [
      { name: volume?.name, readOnly: true, mountPath: '/var/run/secrets/kubernetes.io/serviceaccount' },
    ])
    assert.equal(made.spec?.priority, 0)
    assert.deepEqual(
      made.spec?.tolerations?.map(({ key, tolerationSeconds }) => [key, tolerationSeconds]),
      [
        ['node.kubernetes.io/not-ready', 300],
        ['node.kubernetes.io/unreachable', 300],
      ],
    )
  })

  it('gives an update the tolerations again that it would take away', async () => {
    const it = await shop()
    const made = ok(await create(it, pods, pod())).object as Pod
    it.catchUp()
    const mine = { key: 'mine', operator: 'Exists' }
    const body = { spec: { tolerations: [mine] } }
    const ref = refOf('', 'pods', 'shop', 'web')
    const patched = ok(await it.run({ verb: 'patch', kind: pods, ref, patch: { type: 'merge', body } })).object as Pod
    assert.deepEqual(patched.spec?.tolerations, [mine, ...(made.spec?.tolerations ?? [])])
  })

  it('labels a pod with the zone and region of its node when it is bound', async () => {
    const it = await shop()
    const labels = { 'topology.kubernetes.io/zone': 'a', 'topology.kubernetes.io/region': 'b', other: 'c' }
    ok(await create(it, kindOf('', 'nodes'), object({ metadata: { name: 'n', labels } })))
    ok(await create(it, pods, pod({}, { labels: { app: 'web' } })))
    it.catchUp()
    const binding = object({ metadata: { name: 'web', namespace: 'shop' }, target: { kind: 'Node', name: 'n' } })
    ok(await it.run({ verb: 'update', kind: pods, object: binding, subresource: 'binding' }))
    it.catchUp()
    const bound = it.cut.entry(refOf('', 'pods', 'shop', 'web'))?.object()
    assert.deepEqual(bound?.metadata?.labels, {
      app: 'web',
      'topology.kubernetes.io/zone': 'a',
      'topology.kubernetes.io/region': 'b',
    })
  })

  it('waits for what may be on its way and refuses what does not come', async () => {
    const it = await shop()
    const waiting = create(it, pods, pod({ serviceAccountName: 'late' }))
    ok(await create(it, accounts, object({ metadata: { name: 'late', namespace: 'shop' } })))
    it.catchUp()
    assert.equal((ok(await waiting).object as Pod).spec?.serviceAccountName, 'late')

    const refused = create(it, pods, pod({ serviceAccountName: 'never' }, { name: 'other' }))
    it.clock.advance(1000)
    assert.equal(
      statusOf(refusal(await refused)).message,
      'pods "other" is forbidden: error looking up service account shop/never: serviceaccount "never" not found',
    )
    const homeless = create(it, pods, pod({}, { namespace: 'nowhere' }))
    it.clock.advance(1000)
    assert.equal(statusOf(refusal(await homeless)).message, 'namespaces "nowhere" not found')
  })

  it('creates nothing in a namespace that is going away', async () => {
    const it = await shop()
    const marked = ok(
      await it.run({ verb: 'delete', kind: namespaces, ref: refOf('', 'namespaces', '', 'shop'), options: {} }),
    )
    assert.equal(marked.deleted, false)
    assert.deepEqual((marked.object as { status?: unknown }).status, { phase: 'Terminating' })
    it.catchUp()
    const status = statusOf(refusal(await create(it, pods, pod())))
    assert.equal(
      status.message,
      'pods "web" is forbidden: unable to create new content in namespace shop because it is being terminated',
    )
    assert.equal(status.details?.causes?.[0]?.reason, 'NamespaceTerminating')
    const finalized = ok(
      await it.run({
        verb: 'update',
        kind: namespaces,
        subresource: 'finalize',
        object: object({ metadata: { name: 'shop' }, spec: { finalizers: [] } }),
      }),
    )
    assert.equal(finalized.deleted, true)
  })

  it('does not let the first namespaces be deleted', async () => {
    const it = await shop()
    ok(await create(it, namespaces, object({ metadata: { name: 'default' } })))
    const ref = refOf('', 'namespaces', '', 'default')
    assert.equal(
      statusOf(refusal(await it.run({ verb: 'delete', kind: namespaces, ref, options: {} }))).message,
      'namespaces "default" is forbidden: this namespace may not be deleted',
    )
  })

  it('takes a priority from its class only', async () => {
    const it = await shop()
    const classes = kindOf('scheduling.k8s.io', 'priorityclasses')
    ok(await create(it, classes, object({ metadata: { name: 'high' }, value: 1000 })))
    it.catchUp()
    assert.equal((ok(await create(it, pods, pod({ priorityClassName: 'high' }))).object as Pod).spec?.priority, 1000)
    assert.equal(
      statusOf(refusal(await create(it, pods, pod({ priorityClassName: 'none' }, { name: 'b' })))).message,
      'pods "b" is forbidden: no PriorityClass with name none was found',
    )
    assert.match(
      statusOf(refusal(await create(it, pods, pod({ priority: 5 }, { name: 'c' })))).message ?? '',
      /the integer value of priority \(5\) must not be provided in pod spec/,
    )
  })

  it('keeps pods off a node until it is ready', async () => {
    const it = await shop()
    const node = ok(await create(it, kindOf('', 'nodes'), object({ metadata: { name: 'one' } }))).object as Node
    assert.deepEqual(node.spec?.taints, [{ key: 'node.kubernetes.io/not-ready', effect: 'NoSchedule' }])
  })
})
