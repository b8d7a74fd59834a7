import assert from 'node:assert/strict'
import { statusOf } from '@periplus/api'
import type { KubernetesObject, ManagedFieldsEntry } from '@periplus/api'
import { kindsAt } from '@periplus/custom'
import type { Deployment } from '@periplus/kinds'
import { builtInAdmission } from '../src/index.ts'
import type { Command } from '../src/index.ts'
import { kindOf, object, ok, refOf, refusal, world } from './world.ts'
import type { World } from './world.ts'

const deployments = kindOf('apps', 'deployments')
const ref = refOf('apps', 'deployments', 'default', 'web')
const metadata = { name: 'web', namespace: 'default' }
const template = { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'web', image: 'nginx:1' }] } }
const deployment = (spec: object = {}) => ({
  metadata,
  spec: { selector: { matchLabels: { app: 'web' } }, template, ...spec },
})
const configuration = (spec: object = {}) => ({ apiVersion: 'apps/v1', kind: 'Deployment', ...deployment(spec) })

const inDefault = async (): Promise<World> => {
  const it = world({ admission: builtInAdmission })
  ok(
    await it.run({ verb: 'create', kind: kindOf('', 'namespaces'), object: object({ metadata: { name: 'default' } }) }),
  )
  it.catchUp()
  return it
}
const apply = (it: World, manager: string, body: Readonly<Record<string, unknown>>, more: object = {}) =>
  it.run({ verb: 'patch', kind: deployments, ref, patch: { type: 'apply', body, ...more }, fieldManager: manager })
const patch = (it: World, manager: string, body: object, subresource?: string) => {
  const command = {
    verb: 'patch',
    kind: deployments,
    ref,
    patch: { type: 'merge', body },
    fieldManager: manager,
  } as const
  return it.run(subresource === undefined ? command : { ...command, subresource })
}
const entries = ({ metadata: meta }: KubernetesObject): readonly ManagedFieldsEntry[] => meta?.managedFields ?? []
const managers = (one: KubernetesObject): readonly string[] =>
  entries(one).map(({ manager, operation, subresource }) =>
    [manager, operation, subresource].filter(text => text !== undefined).join(' '),
  )

describe('who owns which field', () => {
  it('is whoever created it, by the name that Kubernetes gives them', async () => {
    const it = await inDefault()
    const command: Command = { verb: 'create', kind: deployments, object: object(deployment({ replicas: 2 })) }
    const made = ok(await it.run({ ...command, fieldManager: 'kubectl-create' })).object
    const [entry, another] = entries(made)
    assert.equal(another, undefined)
    assert.deepEqual([entry?.manager, entry?.operation, entry?.apiVersion], ['kubectl-create', 'Update', 'apps/v1'])
    const { 'f:metadata': meta, 'f:spec': spec } = entry?.fieldsV1 as Readonly<Record<string, object>>
    assert.equal(meta, undefined, 'names and uids are nobody’s')
    // Defaults are what the writer is taken to have meant.
    assert.deepEqual(Object.keys(spec ?? {}), [
      ...[
        'f:progressDeadlineSeconds',
        'f:replicas',
        'f:revisionHistoryLimit',
        'f:selector',
        'f:strategy',
        'f:template',
      ],
    ])
    const decided = await it.commands.execute(
      {
        verb: 'update',
        kind: deployments,
        object: object({ ...made, status: { replicas: 2 } }),
        subresource: 'status',
      },
      { actor: 'controller:deployment', component: 'controllers', causes: [], correlationId: 'c' },
    )
    const told = ok(decided).object
    assert.deepEqual(managers(told), ['kube-controller-manager Update status', 'kubectl-create Update'])
    assert.deepEqual(entries(told)[0]?.fieldsV1, { 'f:status': { 'f:replicas': {} } }, 'the status was always there')
  })

  it('changes hands with updates, and with what is taken by force', async () => {
    const it = await inDefault()
    const made = ok(await apply(it, 'one', configuration({ replicas: 2 })))
    assert.deepEqual([made.created, managers(made.object)], [true, ['one Apply']])
    const scaled = ok(await patch(it, 'hpa', { spec: { replicas: 4 } }, 'scale')).object
    assert.deepEqual(managers(scaled), ['one Apply', 'hpa Update scale'])
    assert.equal((scaled as Deployment).spec?.replicas, 4)
    const refused = statusOf(refusal(await apply(it, 'one', configuration({ replicas: 2 }))))
    assert.deepEqual([refused.code, refused.reason], [409, 'Conflict'])
    assert.equal(
      refused.message,
      'Apply failed with 1 conflict: conflict with "hpa" with subresource "scale" using apps/v1: .spec.replicas',
    )
    assert.deepEqual(refused.details?.causes, [
      {
        reason: 'FieldManagerConflict',
        message: 'conflict with "hpa" with subresource "scale" using apps/v1',
        field: '.spec.replicas',
      },
    ])
    const left = ok(await apply(it, 'one', configuration())).object as Deployment
    assert.equal(left.spec?.replicas, 4, 'what the applier gives up stays as its new owner has it')
    const forced = ok(await apply(it, 'one', configuration({ replicas: 3 }), { force: true })).object
    assert.deepEqual(managers(forced), ['one Apply'])
  })

  it('makes no event of what is applied as it is', async () => {
    const it = await inDefault()
    const made = ok(await apply(it, 'one', configuration()))
    it.clock.advance(60_000)
    const again = ok(await apply(it, 'one', configuration()))
    assert.deepEqual([again.changed, again.sequence], [false, made.sequence])
  })

  it('is the applier’s to give up: fields go, defaults come back', async () => {
    const it = await inDefault()
    ok(await apply(it, 'one', configuration({ replicas: 3, paused: true })))
    const spec = (ok(await apply(it, 'one', configuration())).object as Deployment).spec
    assert.deepEqual([spec?.replicas, spec?.paused], [1, undefined])
  })

  it('is forgotten when a client asks for that, and kept when it says nothing', async () => {
    const it = await inDefault()
    const made = ok(await apply(it, 'one', configuration())).object
    const { managedFields: _, ...silent } = made.metadata ?? {}
    const update = (meta: object) =>
      it.run({ verb: 'update', kind: deployments, object: object({ ...made, metadata: meta }), fieldManager: 'two' })
    const kept = ok(await update({ ...silent, labels: { a: 'b' } })).object
    assert.deepEqual(managers(kept), ['one Apply', 'two Update'])
    const { resourceVersion: __, ...current } = kept.metadata ?? {}
    const reset = ok(await update({ ...current, managedFields: [{}] })).object
    assert.equal(reset.metadata?.managedFields, undefined)
    const after = ok(await apply(it, 'one', configuration())).object
    assert.deepEqual(managers(after), ['one Apply', 'before-first-apply Update'])
  })

  it('refuses what cannot be applied, in the words of Kubernetes', async () => {
    const it = await inDefault()
    const said = async (body: Readonly<Record<string, unknown>>) =>
      statusOf(refusal(await apply(it, 'one', body))).message
    assert.equal(
      await said({ kind: 'Deployment', apiVersion: 'apps/v1beta1' }),
      'invalid object type: apps/v1beta1, Kind=Deployment',
    )
    assert.equal(
      await said({ ...configuration(), metadata: { ...metadata, managedFields: [] } }),
      'metadata.managedFields must be nil',
    )
    assert.equal(
      await said(configuration({ replicaz: 1 })),
      'failed to create typed patch object (default/web; apps/v1, Kind=Deployment): .spec.replicaz: field not declared in schema',
    )
    assert.match((await said(configuration({ replicas: -1 }))) ?? '', /spec.replicas: Invalid value: -1/)
    const created = await it.run({
      verb: 'patch',
      kind: deployments,
      ref,
      patch: { type: 'apply', body: configuration() },
      subresource: 'status',
    })
    assert.equal(refusal(created).tag, 'NotFound', 'a status alone is no object')
  })
})

describe('who owns which field of a custom kind', () => {
  const port = {
    type: 'object',
    properties: { port: { type: 'integer' }, protocol: { type: 'string', default: 'TCP' }, note: { type: 'string' } },
  }
  const fields = {
    crew: { type: 'array', 'x-kubernetes-list-type': 'set', items: { type: 'string' } },
    ports: {
      type: 'array',
      'x-kubernetes-list-type': 'map',
      'x-kubernetes-list-map-keys': ['port', 'protocol'],
      items: port,
    },
    sails: { type: 'array', items: { type: 'string' } },
    where: { type: 'object', 'x-kubernetes-map-type': 'atomic', additionalProperties: { type: 'string' } },
    free: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
  }
  const definition = (versions: readonly string[]) => ({
    metadata: { name: 'boats.example.com' },
    spec: {
      group: 'example.com',
      scope: 'Namespaced',
      names: { plural: 'boats', kind: 'Boat', singular: 'boat' },
      versions: versions.map((name, i) => ({
        name,
        served: true,
        storage: i === 0,
        subresources: { status: {} },
        schema: {
          openAPIV3Schema: {
            type: 'object',
            properties: {
              spec: { type: 'object', properties: fields },
              status: { type: 'object', properties: { afloat: { type: 'boolean' } } },
            },
          },
        },
      })),
    },
  })
  const established = async (): Promise<World> => {
    const it = await inDefault()
    const kind = kindOf('apiextensions.k8s.io', 'customresourcedefinitions')
    const made = ok(await it.run({ verb: 'create', kind, object: object(definition(['v1', 'v2'])) })).object
    const status = { conditions: [{ type: 'Established', status: 'True' }] }
    ok(await it.run({ verb: 'update', kind, object: object({ ...made, status }), subresource: 'status' }))
    it.catchUp()
    return it
  }
  const sail = async (
    it: World,
    manager: string,
    spec: object,
    more: { version?: string; force?: boolean; subresource?: string } = {},
  ) => {
    const { version = 'v1', force = false, subresource } = more
    const kind = kindsAt(it.cut).byResource('example.com', version, 'boats')
    assert.ok(kind)
    const body = { apiVersion: `example.com/${version}`, kind: 'Boat', metadata: { name: 'argo' }, ...spec }
    return it.run({
      verb: 'patch',
      kind,
      ref: refOf('example.com', 'boats', 'default', 'argo'),
      patch: { type: 'apply', body, force },
      fieldManager: manager,
      ...(subresource === undefined ? {} : { subresource }),
    })
  }

  it('follows the lists and maps of its definition', async () => {
    const it = await established()
    const one = {
      crew: ['a', 'b'],
      ports: [{ port: 1, note: 'x' }],
      sails: ['main'],
      where: { lat: '1' },
      free: { any: { deep: 1 } },
    }
    ok(await sail(it, 'one', { spec: one }))
    const two = { crew: ['c'], ports: [{ port: 1, protocol: 'UDP' }], free: { any: { other: 2 } } }
    const both = ok(await sail(it, 'two', { spec: two })).object as { spec?: unknown }
    assert.deepEqual(both.spec, {
      crew: ['a', 'b', 'c'],
      ports: [
        { port: 1, protocol: 'TCP', note: 'x' },
        { port: 1, protocol: 'UDP' },
      ],
      sails: ['main'],
      where: { lat: '1' },
      free: { any: { deep: 1, other: 2 } },
    })
    for (const spec of [{ sails: ['jib'] }, { where: { lon: '2' } }])
      assert.equal(statusOf(refusal(await sail(it, 'two', { spec }))).code, 409, 'each is one thing')
    const less = ok(await sail(it, 'one', { spec: { crew: ['b'] } })).object as { spec?: unknown }
    assert.deepEqual(less.spec, {
      crew: ['b', 'c'],
      ports: [{ port: 1, protocol: 'UDP' }],
      free: { any: { other: 2 } },
    })
  })

  it('holds over its versions, and apart for its status', async () => {
    const it = await established()
    ok(await sail(it, 'one', { spec: { crew: ['a'], sails: ['main'] } }))
    const refused = statusOf(refusal(await sail(it, 'two', { spec: { sails: ['jib'] } }, { version: 'v2' })))
    assert.match(refused.message ?? '', /conflict with "one": .spec.sails/)
    const again = ok(await sail(it, 'one', { spec: { crew: ['b'] } }, { version: 'v2' })).object as { spec?: unknown }
    assert.deepEqual(again.spec, { crew: ['b'] }, 'an applier is the same in every version')
    const afloat = ok(await sail(it, 'captain', { status: { afloat: true } }, { subresource: 'status' })).object
    assert.deepEqual(managers(afloat).toSorted(), ['captain Apply status', 'one Apply'])
  })
})
