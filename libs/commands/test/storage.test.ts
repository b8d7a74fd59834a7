import assert from 'node:assert/strict'
import { statusOf } from '@periplus/api'
import type { PersistentVolumeClaim } from '@periplus/kinds'
import { builtInAdmission } from '../src/index.ts'
import { kindOf, object, ok, refusal, world } from './world.ts'
import type { World } from './world.ts'

const claims = kindOf('', 'persistentvolumeclaims')
const classes = kindOf('storage.k8s.io', 'storageclasses')
const ref = { group: '', resource: 'persistentvolumeclaims', namespace: 'shop', name: 'data' }

const shop = async (): Promise<World> => {
  const it = world({ admission: builtInAdmission })
  ok(await it.run({ verb: 'create', kind: kindOf('', 'namespaces'), object: object({ metadata: { name: 'shop' } }) }))
  it.catchUp()
  return it
}

const withClass = async (it: World, name: string, rest: object): Promise<void> => {
  const made = { metadata: { name, ...rest }, provisioner: 'example.com/disks', ...rest }
  ok(await it.run({ verb: 'create', kind: classes, object: object(made) }))
  it.catchUp()
}

const usual = { annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' } }

const create = async (it: World, spec: object = {}): Promise<PersistentVolumeClaim> => {
  const claim = object({
    metadata: { name: 'data', namespace: 'shop' },
    spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } }, ...spec },
  })
  const { object: made } = ok(await it.run({ verb: 'create', kind: claims, object: claim }))
  it.catchUp()
  return made as PersistentVolumeClaim
}

const patch = (it: World, body: object, subresource?: string) =>
  it.run({ verb: 'patch', kind: claims, ref, patch: { type: 'merge', body }, ...(subresource ? { subresource } : {}) })

describe('DefaultStorageClass', () => {
  it('gives claims that name no class the default one', async () => {
    const it = await shop()
    assert.equal((await create(it)).spec?.storageClassName, undefined)
    const other = await shop()
    await withClass(other, 'plain', {})
    await withClass(other, 'usual', usual)
    assert.equal((await create(other)).spec?.storageClassName, 'usual')
  })
  it('leaves claims that want one, or none', async () => {
    for (const wanted of ['gold', '']) {
      const it = await shop()
      await withClass(it, 'usual', usual)
      assert.equal((await create(it, { storageClassName: wanted })).spec?.storageClassName, wanted)
    }
  })
})

describe('StorageObjectInUseProtection', () => {
  it('keeps claims and volumes from going while they are used', async () => {
    const it = await shop()
    assert.deepEqual((await create(it)).metadata?.finalizers, ['kubernetes.io/pvc-protection'])
    const volume = object({
      metadata: { name: 'v', finalizers: ['example.com/mine'] },
      spec: { accessModes: ['ReadWriteOnce'], capacity: { storage: '1Gi' }, hostPath: { path: '/d' } },
    })
    const made = ok(await it.run({ verb: 'create', kind: kindOf('', 'persistentvolumes'), object: volume }))
    assert.deepEqual(made.object.metadata?.finalizers, ['example.com/mine', 'kubernetes.io/pv-protection'])
  })
})

describe('PersistentVolumeClaimResize', () => {
  const larger = { spec: { resources: { requests: { storage: '2Gi' } } } }
  const bound = async (classFields: object): Promise<World> => {
    const it = await shop()
    await withClass(it, 'usual', { ...usual, ...classFields })
    await create(it)
    ok(await patch(it, { status: { phase: 'Bound', capacity: { storage: '1Gi' } } }, 'status'))
    it.catchUp()
    return it
  }
  const refused = async (it: World, body: object): Promise<string | undefined> =>
    statusOf(refusal(await patch(it, body))).message

  it('lets bound claims grow where their class does', async () => {
    ok(await patch(await bound({ allowVolumeExpansion: true }), larger))
    assert.equal(
      await refused(await bound({}), larger),
      'persistentvolumeclaims "data" is forbidden: only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must support resize',
    )
  })
  it('lets no claim shrink below what it has', async () => {
    assert.equal(
      await refused(await bound({ allowVolumeExpansion: true }), {
        spec: { resources: { requests: { storage: '512Mi' } } },
      }),
      'PersistentVolumeClaim "data" is invalid: spec.resources.requests.storage: Forbidden: field can not be less than status.capacity',
    )
  })
  it('lets no claim change that has no volume, but be given a class', async () => {
    const it = await shop()
    await create(it)
    assert.match((await refused(it, larger)) ?? '', /spec is immutable after creation except resources.requests/)
    ok(await patch(it, { spec: { storageClassName: 'gold' } }))
    it.catchUp()
    assert.match((await refused(it, { spec: { storageClassName: 'other' } })) ?? '', /spec is immutable after creation/)
  })
})
