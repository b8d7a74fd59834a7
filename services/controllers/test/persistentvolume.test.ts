import type { KubernetesObject } from '@periplus/api'
import { deciding, startOfTime } from '@periplus/controller'
import { PersistentVolume, PersistentVolumeClaim } from '@periplus/kinds'
import { persistentVolumeController } from '../src/persistentvolume/controller.ts'
import { pod } from './objects.ts'
import { claim, storageClass, volume } from './storage.ts'

const given = deciding(persistentVolumeController)
const later = { now: startOfTime + 3_600_000 }
const uid = 'claim-uid'

describe('the binder of volumes and claims', () => {
  it('gives a claim the smallest volume that will do, both sides and both phases', () => {
    given(
      claim('data', { uid, storage: '2Gi' }),
      volume('large', { storage: '10Gi' }),
      volume('small', { storage: '1Gi' }),
      volume('right', { storage: '3Gi' }),
    )
      .when('default/data', later)
      .then(
        {
          verb: 'patch',
          kind: PersistentVolume,
          ref: { name: 'right' },
          patch: {
            body: {
              metadata: { annotations: { 'pv.kubernetes.io/bound-by-controller': 'yes' } },
              spec: {
                claimRef: { kind: 'PersistentVolumeClaim', apiVersion: 'v1', namespace: 'default', name: 'data', uid },
              },
            },
          },
        },
        {
          verb: 'patch',
          kind: PersistentVolume,
          subresource: 'status',
          patch: { body: { status: { phase: 'Bound' } } },
        },
        {
          verb: 'patch',
          kind: PersistentVolumeClaim,
          patch: {
            body: {
              metadata: {
                annotations: {
                  'pv.kubernetes.io/bind-completed': 'yes',
                  'pv.kubernetes.io/bound-by-controller': 'yes',
                },
              },
              spec: { volumeName: 'right' },
            },
          },
        },
        {
          verb: 'patch',
          kind: PersistentVolumeClaim,
          subresource: 'status',
          patch: {
            body: { status: { phase: 'Bound', accessModes: ['ReadWriteOnce'], capacity: { storage: '3Gi' } } },
          },
        },
      )
      .tells()
      .why('right is the smallest that will do')
  })

  const bindsTo = (name: string | undefined, ...objects: readonly KubernetesObject[]) => {
    const { commands } = given(...objects).when('default/data', later)
    const first = commands.find(command => command.verb === 'patch' && command.kind.resource === 'persistentvolumes')
    const bound = first?.verb === 'patch' ? first.ref.name : undefined
    if (bound !== name) throw new Error(`bound to ${bound} instead of ${name}`)
  }

  it('looks at access modes, class, selector, volume mode, phase and deletion', () => {
    const will = volume('will')
    bindsTo(
      'will',
      claim('data', { modes: ['ReadWriteMany'] }),
      volume('a'),
      volume('will', { modes: ['ReadWriteOnce', 'ReadWriteMany'] }),
    )
    bindsTo(undefined, claim('data', { modes: ['ReadWriteOncePod'] }), will)
    bindsTo(
      'will',
      claim('data', { modes: ['ReadWriteOncePod'] }),
      volume('a'),
      volume('will', { modes: ['ReadWriteOncePod'] }),
    )
    bindsTo('gold', claim('data', { class: 'gold' }), storageClass('gold'), will, volume('gold', { class: 'gold' }))
    bindsTo(undefined, claim('data', { class: '' }), volume('gold', { class: 'gold' }))
    bindsTo('b', claim('data', { selector: { matchLabels: { of: 'b' } } }), will, volume('b', { labels: { of: 'b' } }))
    bindsTo('raw', claim('data', { volumeMode: 'Block' }), will, volume('raw', { volumeMode: 'Block' }))
    bindsTo(undefined, claim('data'), volume('new', { phase: 'Pending' }), volume('old', { phase: 'Released' }))
    bindsTo(undefined, claim('data'), volume('leaving', { deleting: true }))
    bindsTo(
      'few',
      claim('data'),
      volume('few', { storage: '9Gi' }),
      volume('many', { modes: ['ReadWriteOnce', 'ReadWriteMany'] }),
    )
  })

  it('prefers a volume that is kept for the claim, and leaves those kept for others', () => {
    bindsTo('kept', claim('data'), volume('a'), volume('kept', { storage: '99Gi', claimRef: { name: 'data' } }))
    bindsTo(undefined, claim('data'), volume('other', { claimRef: { name: 'other' } }))
    bindsTo(undefined, claim('data', { uid }), volume('old', { claimRef: { name: 'data', uid: 'one before' } }))
    bindsTo('mine', claim('data', { volumeName: 'mine' }), volume('a'), volume('mine', { storage: '99Gi' }))
  })

  it('says why a volume that a claim asks for is not for it', () => {
    given(claim('data', { volumeName: 'v', storage: '2Gi' }), volume('v', { storage: '1Gi' }))
      .when('default/data')
      .then()
      .tells('VolumeMismatch: Cannot bind to requested volume "v": requested PV is too small')
    given(claim('data', { volumeName: 'v', modes: ['ReadWriteMany'] }), volume('v'))
      .when('default/data')
      .tells('VolumeMismatch: Cannot bind to requested volume "v": incompatible accessMode')
    given(claim('data', { volumeName: 'v' }), volume('v', { claimRef: { name: 'other', uid: 'o' } }))
      .when('default/data')
      .tells('FailedBinding: volume "v" already bound to a different claim.')
    given(claim('data', { volumeName: 'v' }))
      .when('default/data')
      .then()
      .tells()
      .why(/which is not there/)
  })

  it('says what a claim waits for', () => {
    given(claim('data', { class: '' }))
      .when('default/data')
      .then()
      .tells('FailedBinding: no persistent volumes available for this claim and no storage class is set')
    given(claim('data', { class: 'none' }))
      .when('default/data')
      .tells('ProvisioningFailed: storageclass.storage.k8s.io "none" not found')
    given(claim('data', { class: 'manual' }), storageClass('manual', { provisioner: 'kubernetes.io/no-provisioner' }))
      .when('default/data')
      .tells('ProvisioningFailed: no volume plugin matched name: kubernetes.io/no-provisioner')
    const lazy = storageClass('lazy', { volumeBindingMode: 'WaitForFirstConsumer' })
    given(claim('data', { class: 'lazy' }), lazy, volume('fits', { class: 'lazy' }))
      .when('default/data')
      .then()
      .tells('WaitForFirstConsumer: waiting for first consumer to be created before binding')
    const user = pod('db', undefined, { phase: 'Pending' })
    const waiting = {
      ...user,
      spec: { ...user.spec, containers: [], volumes: [{ name: 'd', persistentVolumeClaim: { claimName: 'data' } }] },
    }
    given(claim('data', { class: 'lazy' }), lazy, waiting)
      .when('default/data')
      .tells('WaitForPodScheduled: waiting for pod db to be scheduled')
  })

  it('asks the provisioner of the class for a volume, once there is nothing else to wait for', () => {
    const selectedNode = { 'volume.kubernetes.io/selected-node': 'n1' }
    given(
      claim('data', { class: 'lazy', annotations: selectedNode }),
      storageClass('lazy', { volumeBindingMode: 'WaitForFirstConsumer', provisioner: 'example.com/disks' }),
    )
      .when('default/data')
      .then({
        verb: 'patch',
        kind: PersistentVolumeClaim,
        patch: {
          body: {
            metadata: {
              annotations: {
                'volume.kubernetes.io/storage-provisioner': 'example.com/disks',
                'volume.beta.kubernetes.io/storage-provisioner': 'example.com/disks',
              },
            },
          },
        },
      })
      .tells(
        /^ExternalProvisioning: Waiting for a volume to be created either by the external provisioner 'example.com\/disks'/,
      )
  })

  it('gives the default class to a claim that named none, the youngest where there are several', () => {
    given(
      claim('data', { class: null }),
      storageClass('usual', { isDefault: true, created: startOfTime }),
      storageClass('newest', { isDefault: true, created: startOfTime + 1000 }),
    )
      .when('default/data')
      .then({ verb: 'patch', kind: PersistentVolumeClaim, patch: { body: { spec: { storageClassName: 'newest' } } } })
  })

  it('tells of bound claims that lost their volume', () => {
    const lost = {
      verb: 'patch',
      kind: PersistentVolumeClaim,
      subresource: 'status',
      patch: { body: { status: { phase: 'Lost' } } },
    } as const
    given(claim('data', { uid, bound: true, volumeName: 'v' }))
      .when('default/data')
      .then(lost)
      .tells('ClaimLost: Bound claim has lost its PersistentVolume. Data on the volume is lost!')
    given(claim('data', { uid, bound: true, volumeName: 'v' }), volume('v', { claimRef: { name: 'x', uid: 'x' } }))
      .when('default/data')
      .then(lost)
      .tells('ClaimMisbound: Two claims are bound to the same volume, this one is bound incorrectly')
  })

  it('changes nothing of what is bound', () => {
    const bound = volume('v', { claimRef: { name: 'data', uid }, phase: 'Bound', boundByController: true })
    const both = given(claim('data', { uid, bound: true, volumeName: 'v' }), bound)
    both.when('default/data').then().tells()
    both.when('v').then().tells().why('default/data has it')
  })
})

describe('the phases of volumes', () => {
  const phase = (name: string, message?: string) => ({
    verb: 'patch' as const,
    kind: PersistentVolume,
    subresource: 'status',
    patch: { body: { status: { phase: name, ...(message ? { message } : {}) } } },
  })

  it('are Available before anybody has one, kept or not', () => {
    given(volume('v', { phase: 'Pending' }))
      .when('v')
      .then(phase('Available'))
    given(volume('v', { phase: 'Pending', claimRef: { name: 'data' } }))
      .when('v')
      .then(phase('Available'))
  })
  it('are Released when the claim is gone, or another has its name', () => {
    const held = { claimRef: { name: 'data', uid }, phase: 'Bound' }
    given(volume('v', held))
      .when('v')
      .then(phase('Released'))
      .why('its claim default/data is gone, and its data is kept')
    given(volume('v', held), claim('data', { uid: 'another' }))
      .when('v')
      .then(phase('Released'))
    given(volume('v', { ...held, policy: 'Delete', provisionedBy: 'example.com/disks' }))
      .when('v')
      .then(phase('Released'))
      .why('its claim default/data is gone: example.com/disks is to remove it')
    given(volume('v', { ...held, phase: 'Released' }))
      .when('v')
      .then()
  })
  it('are Failed where nobody can do what the policy says', () => {
    const held = { claimRef: { name: 'data', uid }, phase: 'Bound' }
    given(volume('v', { ...held, policy: 'Delete' }))
      .when('v')
      .then(phase('Failed', 'error getting deleter volume plugin for volume "v": no deletable volume plugin matched'))
      .tells(/^VolumeFailedDelete: /)
    given(volume('v', { ...held, policy: 'Recycle' }))
      .when('v')
      .tells('VolumeFailedRecycle: No recycler plugin found for the volume!')
  })
  it('are Available again when the claim took another volume', () => {
    const held = { claimRef: { name: 'data', uid }, phase: 'Bound', boundByController: true }
    given(volume('v', held), claim('data', { uid, bound: true, volumeName: 'other' }))
      .when('v')
      .then(
        { verb: 'patch', kind: PersistentVolume, patch: { body: { spec: { claimRef: null } } } },
        phase('Available'),
      )
  })
})
