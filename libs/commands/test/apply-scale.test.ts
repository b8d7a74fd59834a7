import assert from 'node:assert/strict'
import { statusOf } from '@periplus/api'
import type { KubernetesObject } from '@periplus/api'
import { kindsAt } from '@periplus/custom'
import { builtInAdmission } from '../src/index.ts'
import { kindOf, object, ok, refOf, refusal, world } from './world.ts'
import type { World } from './world.ts'

const metadata = { name: 'web', namespace: 'default' }
const deployment = {
  metadata,
  spec: {
    replicas: 2,
    selector: { matchLabels: { app: 'web' } },
    template: { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'web', image: 'nginx:1' }] } },
  },
}
const definition = {
  metadata: { name: 'fleets.example.com' },
  spec: {
    group: 'example.com',
    scope: 'Namespaced',
    names: { plural: 'fleets', kind: 'Fleet', singular: 'fleet' },
    versions: [
      {
        ...{ name: 'v1', served: true, storage: true },
        subresources: { scale: { specReplicasPath: '.spec.crew.size', statusReplicasPath: '.status.size' } },
        schema: {
          openAPIV3Schema: {
            type: 'object',
            properties: {
              spec: {
                type: 'object',
                properties: { crew: { type: 'object', properties: { size: { type: 'integer' } } } },
              },
            },
          },
        },
      },
    ],
  },
}

type Json = Readonly<Record<string, unknown>>

const begun = async (): Promise<World> => {
  const it = world({ admission: builtInAdmission })
  const create = async (group: string, resource: string, made: object): Promise<KubernetesObject> => {
    const done = ok(await it.run({ verb: 'create', kind: kindOf(group, resource), object: object(made) }))
    it.catchUp()
    return done.object
  }
  await create('', 'namespaces', { metadata: { name: 'default' } })
  await create('apps', 'deployments', deployment)
  const made = await create('apiextensions.k8s.io', 'customresourcedefinitions', definition)
  const status = { conditions: [{ type: 'Established', status: 'True' }] }
  const kind = kindOf('apiextensions.k8s.io', 'customresourcedefinitions')
  ok(await it.run({ verb: 'update', kind, object: object({ ...made, status }), subresource: 'status' }))
  it.catchUp()
  return it
}

const scale = (more: Json = {}): Json => ({ apiVersion: 'autoscaling/v1', kind: 'Scale', metadata, ...more })

const apply = (
  it: World,
  manager: string,
  body: Json,
  more: { group?: string; resource?: string; force?: boolean },
) => {
  const { group = 'apps', resource = 'deployments', force = false } = more
  const kind = kindsAt(it.cut).byResource(group, 'v1', resource)
  assert.ok(kind)
  return it.run({
    ...{ verb: 'patch', kind, ref: refOf(group, resource, 'default', 'web'), fieldManager: manager },
    ...{ patch: { type: 'apply', body, force }, subresource: 'scale' },
  })
}

const replicas = (one: KubernetesObject): unknown => (one as { spec?: { replicas?: number } }).spec?.replicas
const owners = ({ metadata: meta }: KubernetesObject): readonly string[] =>
  (meta?.managedFields ?? []).map(({ manager, operation, apiVersion, subresource, fieldsV1 }) =>
    [manager, operation, apiVersion, subresource, JSON.stringify(fieldsV1)].join(' '),
  )

describe('a Scale that is applied', () => {
  it('sets the number of replicas, which whoever applies it owns in the object', async () => {
    const it = await begun()
    const done = ok(await apply(it, 'one', scale({ spec: { replicas: 5 } }), { force: true })).object
    assert.equal(replicas(done), 5)
    assert.ok(owners(done).includes('one Apply apps/v1 scale {"f:spec":{"f:replicas":{}}}'), owners(done).join('\n'))
    assert.equal(owners(done).filter(text => text.includes('f:replicas')).length, 1, 'it was taken by force')
    it.catchUp()
    const again = ok(await apply(it, 'one', scale({ spec: { replicas: 5 } }), {}))
    assert.equal(again.changed, false)
    const kept = ok(await apply(it, 'one', scale({ spec: { replicas: 6 }, status: { replicas: 1 } }), {})).object
    assert.equal(replicas(kept), 6)
  })

  it('is in conflict with whoever owns it, in the words of a Scale', async () => {
    const it = await begun()
    const refused = statusOf(refusal(await apply(it, 'one', scale({ spec: { replicas: 5 } }), {})))
    assert.equal(refused.code, 409)
    assert.match(refused.message ?? '', /conflict with "[^"]+" using autoscaling\/v1: \.spec\.replicas$/)
    it.catchUp()
    const same = ok(await apply(it, 'one', scale({ spec: { replicas: 2 } }), {})).object
    assert.equal(owners(same).filter(text => text.includes('f:replicas')).length, 2, 'two may own what they agree on')
  })

  it('is where the definition of a custom kind says', async () => {
    const it = await begun()
    const kind = kindsAt(it.cut).byResource('example.com', 'v1', 'fleets')
    assert.ok(kind)
    ok(await it.run({ verb: 'create', kind, object: object({ metadata, spec: {} }) }))
    it.catchUp()
    const done = ok(
      await apply(it, 'one', scale({ spec: { replicas: 3 } }), { group: 'example.com', resource: 'fleets' }),
    ).object
    assert.deepEqual((done as { spec?: unknown }).spec, { crew: { size: 3 } })
    assert.ok(owners(done).includes('one Apply example.com/v1 scale {"f:spec":{"f:crew":{"f:size":{}}}}'))
  })

  it('is refused where it is none, says what a Scale does not, or is of another moment', async () => {
    const it = await begun()
    const said = async (body: Json): Promise<string | undefined> =>
      statusOf(refusal(await apply(it, 'one', body, { force: true }))).message
    assert.equal(
      await said({ ...scale(), apiVersion: 'apps/v1', kind: 'Deployment' }),
      'invalid object type: apps/v1, Kind=Deployment',
    )
    assert.equal(
      await said(scale({ spec: { replicaz: 1 } })),
      'failed to create typed patch object (default/web; autoscaling/v1, Kind=Scale): .spec.replicaz: field not declared in schema',
    )
    assert.match((await said(scale({ spec: { replicas: -1 } }))) ?? '', /spec.replicas: Invalid value: -1/)
    assert.match(
      (await said(scale({ metadata: { ...metadata, resourceVersion: '1' }, spec: { replicas: 1 } }))) ?? '',
      /the object has been modified/,
    )
    const nobody = await apply(it, 'one', scale({ metadata: { name: 'web', namespace: 'default' } }), {
      ...{ group: '', resource: 'configmaps' },
    })
    assert.equal(refusal(nobody).tag, 'NotFound')
  })
})
