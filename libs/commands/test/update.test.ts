import assert from 'node:assert/strict'
import { statusOf } from '@periplus/api'
import type { Deployment, Pod } from '@periplus/kinds'
import { scaleOf } from '../src/index.ts'
import { kindOf, object, ok, refOf, refusal, world } from './world.ts'
import type { World } from './world.ts'

const deployments = kindOf('apps', 'deployments')
const web = refOf('apps', 'deployments', 'default', 'web')
const labels = { app: 'web' }
const deployment = (spec: object = {}, metadata: object = {}) =>
  object({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', namespace: 'default', ...metadata },
    spec: {
      replicas: 2,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [{ name: 'web', image: 'nginx:1' }] } },
      ...spec,
    },
  })

const created = async (): Promise<World> => {
  const it = world()
  ok(await it.run({ verb: 'create', kind: deployments, object: deployment() }))
  it.catchUp()
  return it
}

const last = (it: World) => it.log.slice(1).at(-1)

describe('updates', () => {
  it('raises the generation with the spec and tells the parts apart', async () => {
    const it = await created()
    const spec = ok(await it.run({ verb: 'update', kind: deployments, object: deployment({ replicas: 3 }) }))
    assert.deepEqual([last(it)?.type, spec.object.metadata?.generation], ['spec-changed', 2])
    const meta = ok(
      await it.run({ verb: 'update', kind: deployments, object: deployment({ replicas: 3 }, { labels: { a: 'b' } }) }),
    )
    assert.deepEqual([last(it)?.type, meta.object.metadata?.generation], ['metadata-changed', 2])
    const status = ok(
      await it.run({
        verb: 'update',
        kind: deployments,
        subresource: 'status',
        object: object({ ...deployment({ replicas: 9 }), status: { replicas: 3 } }),
      }),
    ).object as Deployment
    assert.deepEqual([last(it)?.type, status.metadata?.generation], ['status-changed', 2])
    assert.deepEqual([status.spec?.replicas, status.status?.replicas], [3, 3])
    const kept = ok(await it.run({ verb: 'update', kind: deployments, object: deployment({ replicas: 4 }) })).object
    assert.equal((kept as Deployment).status?.replicas, 3)
  })

  it("raises a Deployment's generation with its annotations, but not where they come with its status", async () => {
    const it = await created()
    const annotations = { a: 'b' }
    const said = ok(await it.run({ verb: 'update', kind: deployments, object: deployment({}, { annotations }) }))
    assert.deepEqual([last(it)?.type, said.object.metadata?.generation], ['metadata-changed', 2])
    const body = { metadata: { annotations: { 'deployment.kubernetes.io/revision': '1' } }, status: { replicas: 1 } }
    const status = ok(
      await it.run({
        verb: 'patch',
        kind: deployments,
        ref: web,
        subresource: 'status',
        patch: { type: 'merge', body },
      }),
    )
    assert.deepEqual(status.object.metadata?.annotations, { ...annotations, ...body.metadata.annotations })
    assert.equal(status.object.metadata?.generation, 2)
  })

  it('scales', async () => {
    const it = await created()
    const scale = (replicas: number) => object({ metadata: { name: 'web', namespace: 'default' }, spec: { replicas } })
    const scaled = ok(
      await it.run({ verb: 'update', kind: deployments, subresource: 'scale', object: scale(5) }),
    ).object
    assert.deepEqual(scaleOf(deployments, scaled)?.spec, { replicas: 5 })
    assert.equal(
      statusOf(refusal(await it.run({ verb: 'update', kind: deployments, subresource: 'scale', object: scale(-1) })))
        .message,
      'Scale.autoscaling "web" is invalid: spec.replicas: Invalid value: -1: must be greater than or equal to 0',
    )
    const patched = ok(
      await it.run({
        verb: 'patch',
        kind: deployments,
        ref: web,
        subresource: 'scale',
        patch: { type: 'merge', body: { spec: { replicas: 7 } } },
      }),
    ).object
    assert.equal((patched as Deployment).spec?.replicas, 7)
  })

  it('patches in three ways, on what somebody else has just written too', async () => {
    const one = await created()
    const two = world({ log: one.log, prefix: 'two' })
    two.catchUp()
    ok(await one.run({ verb: 'update', kind: deployments, object: deployment({}, { labels: { by: 'one' } }) }))
    const patch = { spec: { template: { spec: { containers: [{ name: 'web', image: 'nginx:2' }] } } } }
    const merged = ok(
      await two.run({ verb: 'patch', kind: deployments, ref: web, patch: { type: 'strategic', body: patch } }),
    ).object as Deployment
    assert.deepEqual(merged.metadata?.labels, { by: 'one' })
    assert.equal(merged.spec?.template.spec?.containers[0]?.image, 'nginx:2')
    const replaced = ok(
      await two.run({
        verb: 'patch',
        kind: deployments,
        ref: web,
        patch: { type: 'json', body: [{ op: 'replace', path: '/spec/replicas', value: 8 }] },
      }),
    ).object as Deployment
    assert.equal(replaced.spec?.replicas, 8)
    const stale = await two.run({
      verb: 'patch',
      kind: deployments,
      ref: web,
      patch: { type: 'merge', body: { metadata: { resourceVersion: '1', labels: { x: 'y' } } } },
    })
    assert.equal(refusal(stale).tag, 'Conflict')
  })

  it('blames the patch for what does not fit', async () => {
    const it = await created()
    const run = (body: unknown, strict = false) =>
      it.run({ verb: 'patch', kind: deployments, ref: web, patch: { type: 'merge', body, strict } })
    const unknown = statusOf(refusal(await run({ spec: { unknownField: 1 } }, true)))
    assert.equal(unknown.code, 422)
    assert.match(
      unknown.message ?? '',
      /patch: Invalid value: .*strict decoding error: unknown field "spec.unknownField"/,
    )
    assert.equal(ok(await run({ spec: { unknownField: 1 } })).changed, false)
    assert.equal(statusOf(refusal(await run({ spec: { replicas: 'many' } }))).code, 422)
  })

  it('tells all that is wrong with metadata at once', async () => {
    const it = world()
    const configMaps = kindOf('', 'configmaps')
    const causes = async (metadata: object): Promise<readonly string[]> => {
      const refused = refusal(await it.run({ verb: 'create', kind: configMaps, object: object({ metadata }) }))
      return refused.tag === 'Invalid' ? refused.causes.map(cause => cause.field) : [refused.tag]
    }
    assert.deepEqual(
      await causes({
        name: 'Not_A_Name',
        namespace: 'default',
        labels: { 'a b': '!' },
        annotations: { big: 'x'.repeat(300_000) },
        finalizers: ['orphan', 'foregroundDeletion'],
        ownerReferences: [
          { apiVersion: 'v1', kind: 'Pod', name: 'a', uid: '1', controller: true },
          { apiVersion: 'v1', kind: 'Pod', name: '', uid: '2', controller: true },
        ],
      }),
      [
        'metadata.name',
        'metadata.labels',
        'metadata.labels',
        'metadata.annotations',
        'metadata.ownerReferences.name',
        'metadata.ownerReferences',
        'metadata.finalizers',
      ],
    )
    assert.deepEqual(await causes({ namespace: 'default' }), ['metadata.name'])
    // Each of these errors shows all owners: the more there are, the fewer it is told of.
    const ownerReferences = Array.from({ length: 4_000 }, (_, at) => ({
      ...{ apiVersion: 'v1', kind: 'Pod', name: `p${at}`, uid: `u${at}`, controller: true },
    }))
    assert.equal((await causes({ name: 'a', namespace: 'default', ownerReferences })).length, 5)
  })

  it('judges owners that a write of a status leaves incomplete, whatever its kind asks of its fields', async () => {
    const it = world()
    const requests = kindOf('certificates.k8s.io', 'certificatesigningrequests')
    const spec = { signerName: 'example.com/x', request: 'LS0t', usages: ['client auth'] }
    ok(await it.run({ verb: 'create', kind: requests, object: object({ metadata: { name: 'a' }, spec }) }))
    it.catchUp()
    const patch = { type: 'merge', body: { metadata: { ownerReferences: [{ uid: 'x' }] } } } as const
    const ref = { group: requests.group, resource: requests.resource, namespace: '', name: 'a' }
    const refused = refusal(await it.run({ verb: 'patch', kind: requests, ref, subresource: 'status', patch }))
    assert.deepEqual(refused.tag === 'Invalid' && refused.causes.map(({ field, message }) => `${field}: ${message}`), [
      'metadata.ownerReferences.apiVersion: Invalid value: "": version must not be empty',
      'metadata.ownerReferences.kind: Invalid value: "": must not be empty',
      'metadata.ownerReferences.name: Invalid value: "": must not be empty',
    ])
  })

  it('asks the caller last', async () => {
    const it = await created()
    const { group, resource } = deployments
    const refused = await it.commands.execute(
      { verb: 'update', kind: deployments, object: deployment({ replicas: 3 }) },
      { actor: 'user:a', component: 'test', causes: [], correlationId: 'c' },
      undefined,
      ({ next, previous }) =>
        (next as Deployment).spec?.replicas === 3 && (previous as Deployment).spec?.replicas === 2
          ? { tag: 'Forbidden', target: { group, resource, name: 'web' }, message: 'not three' }
          : undefined,
    )
    assert.equal(statusOf(refusal(refused)).message, 'deployments.apps "web" is forbidden: not three')
  })
})

describe('bindings', () => {
  const pods = kindOf('', 'pods')
  const pod = object({
    metadata: { name: 'web', namespace: 'default' },
    spec: { containers: [{ name: 'web', image: 'nginx' }] },
  })
  const binding = (node: string) =>
    object({ metadata: { name: 'web', namespace: 'default' }, target: { kind: 'Node', name: node } })

  it('puts a pod on a node, once', async () => {
    const it = world()
    ok(await it.run({ verb: 'create', kind: pods, object: pod }))
    const bound = ok(await it.run({ verb: 'update', kind: pods, subresource: 'binding', object: binding('one') }))
    const { spec, status } = bound.object as Pod
    assert.equal(spec?.nodeName, 'one')
    assert.equal(status?.conditions?.find(({ type }) => type === 'PodScheduled')?.status, 'True')
    const again = await it.run({ verb: 'update', kind: pods, subresource: 'binding', object: binding('two') })
    assert.equal(
      statusOf(refusal(again)).message,
      'Operation cannot be fulfilled on pods/binding "web": pod web is already assigned to node "one"',
    )
  })

  it('ends the nomination of a node, whichever it was', async () => {
    const it = world()
    ok(await it.run({ verb: 'create', kind: pods, object: pod }))
    const body = { status: { nominatedNodeName: 'two' } }
    const ref = refOf('', 'pods', 'default', 'web')
    const said = { verb: 'patch', kind: pods, ref, subresource: 'status', patch: { type: 'merge', body } } as const
    assert.equal((ok(await it.run(said)).object as Pod).status?.nominatedNodeName, 'two')
    const bound = ok(await it.run({ verb: 'update', kind: pods, subresource: 'binding', object: binding('one') }))
    const { spec, status } = bound.object as Pod
    assert.deepEqual([spec?.nodeName, status?.phase], ['one', 'Pending'])
    assert.ok(!('nominatedNodeName' in (status ?? {})))
  })
})
