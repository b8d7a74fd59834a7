import { deciding } from '@periplus/controller'
import { PersistentVolume, PersistentVolumeClaim } from '@periplus/kinds'
import { claimProtectionController, volumeProtectionController } from '../src/storageprotection/controller.ts'
import { pod } from './objects.ts'
import { claim, volume } from './storage.ts'

const finalizers = ['kubernetes.io/pvc-protection', 'example.com/other']
const user = (name: string, traits: Parameters<typeof pod>[2], source: object) => {
  const made = pod(name, undefined, traits)
  return { ...made, spec: { containers: [], nodeName: traits?.node, volumes: [{ name: 'd', ...source }] } }
}
const claiming = { persistentVolumeClaim: { claimName: 'data' } }

describe('the protection of claims', () => {
  const given = deciding(claimProtectionController)
  const letGo = {
    verb: 'patch' as const,
    kind: PersistentVolumeClaim,
    patch: { body: { metadata: { finalizers: ['example.com/other'] } } },
  }

  it('lets a deleted claim go that no pod on a node uses', () => {
    const deleted = claim('data', { deleting: true, finalizers })
    given(deleted).when('default/data').then(letGo)
    given(deleted, user('waits', {}, claiming))
      .when('default/data')
      .then(letGo)
    given(deleted, user('other', { node: 'n1' }, { emptyDir: {} }))
      .when('default/data')
      .then(letGo)
  })
  it('keeps one that a pod uses, even one that has ended', () => {
    const deleted = claim('data', { deleting: true, finalizers })
    for (const phase of ['Running', 'Succeeded'])
      given(deleted, user('db', { node: 'n1', phase }, claiming))
        .when('default/data')
        .then()
        .why('the pod db uses it')
  })
  it('protects those that are not yet, and leaves the others', () => {
    given(claim('data'))
      .when('default/data')
      .then({
        verb: 'patch',
        kind: PersistentVolumeClaim,
        patch: { body: { metadata: { finalizers: ['kubernetes.io/pvc-protection'] } } },
      })
    given(claim('data', { finalizers })).when('default/data').then()
  })
})

describe('the protection of volumes', () => {
  const given = deciding(volumeProtectionController)
  const finalizers = ['kubernetes.io/pv-protection']
  it('lets a deleted volume go when it is bound no more', () => {
    const letGo = { verb: 'patch' as const, kind: PersistentVolume, patch: { body: { metadata: { finalizers: [] } } } }
    given(volume('v', { deleting: true, finalizers, phase: 'Released' }))
      .when('v')
      .then(letGo)
    given(volume('v', { deleting: true, finalizers, phase: 'Bound' }))
      .when('v')
      .then()
      .why('it is bound to a claim')
  })
})
