import type { KubernetesObject } from '@periplus/api'
import { deciding } from '@periplus/controller'
import { PersistentVolume, PersistentVolumeClaim, Pod } from '@periplus/kinds'
import { ephemeralVolumeController } from '../src/ephemeralvolume/controller.ts'
import { localPathController } from '../src/localpath/controller.ts'
import { pod } from './objects.ts'
import { claim, storageClass, volume } from './storage.ts'

const provisioner = 'periplus.io/local-path'
const uid = 'claim-uid'
const made = `pvc-${uid}`

const node = (name: string, has: readonly string[] = [], root: string | null = '/volumes'): KubernetesObject =>
  ({
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name,
      labels: { 'kubernetes.io/hostname': `host-${name}` },
      annotations: root === null ? {} : { [provisioner]: root },
    },
    status: { volumesInUse: has.map(each => `${provisioner}/${each}`) },
  }) as KubernetesObject

const lazy = storageClass('local-path', { provisioner, volumeBindingMode: 'WaitForFirstConsumer' })
const asked = (traits: Parameters<typeof claim>[1] = {}, selected: string | undefined = 'n1') =>
  claim('data', {
    uid,
    class: 'local-path',
    ...traits,
    annotations: {
      'volume.kubernetes.io/storage-provisioner': provisioner,
      ...(selected === undefined ? {} : { 'volume.kubernetes.io/selected-node': selected }),
    },
  })

describe('the provisioner of directories', () => {
  const given = deciding(localPathController)

  it('makes a volume of a directory on the node that the scheduler chose', () => {
    given(asked({ storage: '5Gi' }), lazy, node('n1'))
      .when('default/data')
      .then({
        verb: 'create',
        kind: PersistentVolume,
        object: {
          metadata: {
            name: made,
            annotations: { 'pv.kubernetes.io/provisioned-by': provisioner },
            finalizers: [provisioner],
          },
          spec: {
            capacity: { storage: '5Gi' },
            accessModes: ['ReadWriteOnce'],
            persistentVolumeReclaimPolicy: 'Delete',
            storageClassName: 'local-path',
            local: { path: `/volumes/${made}` },
            claimRef: { namespace: 'default', name: 'data', uid },
            nodeAffinity: {
              required: {
                nodeSelectorTerms: [
                  { matchExpressions: [{ key: 'kubernetes.io/hostname', operator: 'In', values: ['host-n1'] }] },
                ],
              },
            },
          },
        },
      })
      .tells(`ProvisioningSucceeded: Successfully provisioned volume ${made}`)
  })

  it('makes none twice, and none for other provisioners or claims that need none', () => {
    given(asked(), lazy, node('n1'), volume(made)).when('default/data').then().why(`${made} is made`)
    given(claim('data', { class: 'local-path' }), lazy)
      .when('default/data')
      .then()
    given(asked({ class: 'other' }), storageClass('other'), node('n1'))
      .when('default/data')
      .then()
    given(asked({ deleting: true }), lazy, node('n1'))
      .when('default/data')
      .then()
    given(asked({ bound: true, volumeName: made }), lazy, node('n1'))
      .when('default/data')
      .then()
  })

  it('says what a directory cannot be', () => {
    const refuses = (why: string, ...objects: readonly KubernetesObject[]) =>
      given(lazy, ...objects)
        .when('default/data')
        .then()
        .tells(`ProvisioningFailed: failed to provision volume with StorageClass "local-path": ${why}`)
    refuses('a directory of one node cannot be ReadWriteMany', asked({ modes: ['ReadWriteMany'] }), node('n1'))
    refuses('a directory cannot be a block device', asked({ volumeMode: 'Block' }), node('n1'))
    refuses('claim Selector is not supported', asked({ selector: {} }), node('n1'))
    refuses('node "n1" not found', asked())
    refuses('node "n1" keeps no such volumes', asked(), node('n1', [], null))
    given(
      storageClass('local-path', { provisioner }),
      claim('data', { class: 'local-path', annotations: { 'volume.kubernetes.io/storage-provisioner': provisioner } }),
    )
      .when('default/data')
      .tells(/no node was specified/)
  })

  it('lets a claim grow, volume first', () => {
    const bound = asked({ bound: true, volumeName: made })
    given(
      Object.assign({}, bound, { spec: { ...bound.spec, resources: { requests: { storage: '7Gi' } } } }),
      lazy,
      volume(made, { provisionedBy: provisioner }),
    )
      .when('default/data')
      .then(
        { verb: 'patch', kind: PersistentVolume, patch: { body: { spec: { capacity: { storage: '7Gi' } } } } },
        {
          verb: 'patch',
          kind: PersistentVolumeClaim,
          subresource: 'status',
          patch: { body: { status: { capacity: { storage: '7Gi' } } } },
        },
      )
  })

  const held = { provisionedBy: provisioner, policy: 'Delete', phase: 'Released', finalizers: [provisioner] }
  const letGo = { verb: 'patch' as const, kind: PersistentVolume, patch: { body: { metadata: { finalizers: [] } } } }

  it('deletes a volume that is released, where its class says so', () => {
    given(volume(made, held))
      .when(made)
      .then({ verb: 'delete', kind: PersistentVolume, ref: { name: made } })
    given(volume(made, { ...held, policy: 'Retain' }))
      .when(made)
      .then()
      .why('it stays')
    given(volume(made, { ...held, phase: 'Bound' }))
      .when(made)
      .then()
    given(volume(made, { ...held, provisionedBy: 'example.com/disks' }))
      .when(made)
      .then()
  })

  it('keeps it until its node says that the directory is gone, or is gone itself', () => {
    const leaving = volume(made, { ...held, deleting: true })
    given(leaving, node('n1', [made]))
      .when(made)
      .then()
      .why('n1 is to remove its directory')
    given(leaving, node('n1')).when(made).then(letGo)
    given(leaving).when(made).then(letGo)
    given(volume(made, { ...held, deleting: true, phase: 'Bound' }), node('n1'))
      .when(made)
      .then()
  })

  it('leaves the directory of one that is to be retained', () =>
    void given(volume(made, { ...held, deleting: true, policy: 'Retain' }), node('n1', [made]))
      .when(made)
      .then(letGo))
})

describe('the claims of ephemeral volumes', () => {
  const given = deciding(ephemeralVolumeController)
  const template = { metadata: { labels: { of: 'scratch' } }, spec: { accessModes: ['ReadWriteOnce'] } }
  const user = (deleting = false) => ({
    ...pod('db', undefined, { uid: 'p1', phase: 'Pending', deleting }),
    spec: { containers: [], volumes: [{ name: 'scratch', ephemeral: { volumeClaimTemplate: template } }] },
  })

  it("are the pod's, and called after it and its volume", () => {
    given(user())
      .when('default/db')
      .then({
        verb: 'create',
        kind: PersistentVolumeClaim,
        object: {
          metadata: {
            name: 'db-scratch',
            namespace: 'default',
            labels: { of: 'scratch' },
            ownerReferences: [{ apiVersion: 'v1', kind: 'Pod', name: 'db', uid: 'p1', controller: true }],
          },
          spec: { accessModes: ['ReadWriteOnce'] },
        },
      })
  })
  it('are not made for pods that leave, nor twice, nor over those of others', () => {
    given(user(true)).when('default/db').then()
    const others = claim('db-scratch')
    given(user(), others)
      .when('default/db')
      .then()
      .tells(
        'FailedBinding: ephemeral volume scratch: PVC default/db-scratch was not created for pod default/db (pod is not owner)',
      )
    const ownerReferences = [{ apiVersion: 'v1', kind: Pod.kind, name: 'db', uid: 'p1', controller: true }]
    given(user(), { ...others, metadata: { ...others.metadata, ownerReferences } })
      .when('default/db')
      .then()
      .tells()
  })
})
