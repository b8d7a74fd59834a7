import assert from 'node:assert/strict'
import type { KubernetesObject } from '@periplus/api'
import { anHourLater, cutOf, deciding, startOfTime } from '@periplus/controller'
import { formatTime } from '@periplus/api'
import { Node, Pod, VolumeAttachment, attachmentName } from '@periplus/kinds'
import { attachedVolumesController } from '../src/attachdetach/attached.ts'
import { attachDetachController } from '../src/attachdetach/controller.ts'
import { pod } from './objects.ts'
import { claim, volume } from './storage.ts'

const driver = 'disks.example.com'
const inUse = `kubernetes.io/csi/${driver}^disk-1`

const disk = (modes: readonly string[] = ['ReadWriteOnce']): KubernetesObject => {
  const made = volume('pv', { modes, claimRef: { name: 'data', uid: 'c1' }, phase: 'Bound' })
  return {
    ...made,
    spec: { ...made.spec, hostPath: undefined, csi: { driver, volumeHandle: 'disk-1' } },
  } as KubernetesObject
}
const data = claim('data', { uid: 'c1', bound: true, volumeName: 'pv' })
const user = (name: string, node: string | undefined, phase = 'Pending'): KubernetesObject => {
  const made = pod(name, undefined, { ...(node ? { node } : {}), phase })
  return {
    ...made,
    spec: { containers: [], nodeName: node, volumes: [{ name: 'd', persistentVolumeClaim: { claimName: 'data' } }] },
  } as KubernetesObject
}
const node = (name: string, traits: { uses?: boolean; ready?: string; since?: number; shut?: boolean } = {}) =>
  ({
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name },
    spec: traits.shut ? { taints: [{ key: 'node.kubernetes.io/out-of-service', effect: 'NoExecute' }] } : {},
    status: {
      conditions: [
        { type: 'Ready', status: traits.ready ?? 'True', lastTransitionTime: formatTime(traits.since ?? startOfTime) },
      ],
      ...(traits.uses ? { volumesInUse: [inUse] } : {}),
    },
  }) as KubernetesObject
const nameOn = (nodeName: string): string => attachmentName('disk-1', driver, nodeName)
const attachment = (nodeName: string, status?: object, metadata: object = {}): KubernetesObject =>
  ({
    apiVersion: 'storage.k8s.io/v1',
    kind: 'VolumeAttachment',
    metadata: { name: nameOn(nodeName), ...metadata },
    spec: { attacher: driver, nodeName, source: { persistentVolumeName: 'pv' } },
    ...(status ? { status } : {}),
  }) as KubernetesObject
const csiDriver = (attachRequired: boolean): KubernetesObject =>
  ({
    apiVersion: 'storage.k8s.io/v1',
    kind: 'CSIDriver',
    metadata: { name: driver },
    spec: { attachRequired },
  }) as KubernetesObject

const attached = (nodeName: string) => ({
  verb: 'create' as const,
  kind: VolumeAttachment,
  object: {
    metadata: { name: nameOn(nodeName) },
    spec: { attacher: driver, nodeName, source: { persistentVolumeName: 'pv' } },
  },
})
const detached = (nodeName: string) => ({
  verb: 'delete' as const,
  kind: VolumeAttachment,
  ref: { name: nameOn(nodeName) },
})

describe('where volumes are attached', () => {
  const given = deciding(attachDetachController)

  it('is where a pod that needs them was placed, under the name that Kubernetes gives', () => {
    given(disk(), data, user('db', 'n1'), node('n1')).when('pv').then(attached('n1')).why('pods on n1 need it')
    given(disk(), data, user('db', undefined), node('n1')).when('pv').then()
  })

  it('is nowhere for drivers that attach nothing, and for pods that have ended', () => {
    given(disk(), data, user('db', 'n1'), node('n1'), csiDriver(false)).when('pv').then()
    given(disk(), data, user('db', 'n1', 'Succeeded'), node('n1'), csiDriver(true))
      .when('pv')
      .then()
  })

  it('is one node alone for volumes of one node, and the second one is told', () => {
    given(
      disk(),
      data,
      user('db', 'n1'),
      user('eb', 'n2'),
      node('n1'),
      node('n2'),
      attachment('n1', { attached: true }),
    )
      .when('pv')
      .then()
      .tells(
        `FailedAttachVolume: Multi-Attach error for volume "pv" Volume is already exclusively attached to one node and can't be attached to another`,
      )
    given(disk(), data, user('db', 'n1'), user('eb', 'n2'), node('n1'), node('n2')).when('pv').then(attached('n1'))
  })

  it('is every node that wants them for volumes of many', () => {
    given(disk(['ReadWriteMany']), data, user('db', 'n1'), user('eb', 'n2'), node('n1'), node('n2'))
      .when('pv')
      .then(attached('n1'), attached('n2'))
  })

  it('is given up when no pod needs them and the node has given them back', () => {
    given(disk(), data, attachment('n1', { attached: true }), node('n1'))
      .when('pv')
      .then(detached('n1'))
    given(attachment('n1', { attached: true }), node('n1'))
      .when('pv')
      .then(detached('n1'))
    given(disk(), data, attachment('n1', { attached: true }), node('n1', { uses: true }))
      .when('pv')
      .then()
      .why('n1 has not given it back yet')
    given(attachment('n1', { attached: true }), node('n1', { uses: true }))
      .when('pv')
      .then()
    given(disk(), data, attachment('n1', { attached: true }), node('n1', { uses: true }))
      .when('pv')
      .then()
      .requeuesAfter(undefined)
  })

  it('is left to others where they have made it', () => {
    given(attachment('n1', undefined, { name: 'va-of-others' }), node('n1'))
      .when('pv')
      .then()
    given(disk(), data, attachment('n1', undefined, { name: 'va-of-others' }), user('db', 'n1'), node('n1'))
      .when('pv')
      .then(attached('n1'))
  })

  it('is given up for a node that is dead, or is taken to be', () => {
    const held = [disk(), data, attachment('n1', { attached: true })] as const
    given(...held)
      .when('pv')
      .then(detached('n1'))
    const silent = (since: number, shut = false) => node('n1', { uses: true, ready: 'Unknown', since, shut })
    given(...held, silent(anHourLater - 60_000))
      .when('pv')
      .then()
      .requeuesAfter(300_000)
    given(...held, silent(anHourLater - 360_000))
      .when('pv')
      .then(detached('n1'))
    given(...held, silent(anHourLater - 60_000, true))
      .when('pv')
      .then(detached('n1'))
  })

  it('changes only when the other node has detached them', () => {
    const going = attachment(
      'n1',
      { attached: true },
      { deletionTimestamp: formatTime(startOfTime), finalizers: ['x'] },
    )
    given(disk(), data, user('eb', 'n2'), node('n1'), node('n2'), going)
      .when('pv')
      .then()
      .why(`n2 must wait until another node has given it back; ${driver} is to detach it from n1`)
    given(disk(), data, user('eb', 'n2'), node('n1'), node('n2')).when('pv').then(attached('n2'))
  })

  it('is told to pods where it fails', () => {
    given(
      disk(),
      data,
      user('db', 'n1'),
      node('n1'),
      attachment('n1', { attached: false, attachError: { message: 'no slot' } }),
    )
      .when('pv')
      .then()
      .tells('FailedAttachVolume: AttachVolume.Attach failed for volume "pv" : no slot')
  })
})

describe('what is looked at anew', () => {
  const watch = attachDetachController.watches.find(each => 'kind' in each && each.kind === Pod)
  const woken = (before: KubernetesObject | undefined, after: KubernetesObject | undefined, what = disk()) =>
    watch?.keys({ before, after } as never, cutOf([what, data])).map(({ name }) => name)

  it('is a volume of a driver whose pod came to a node, ended or is gone, and nothing else', () => {
    assert.deepEqual(woken(user('db', undefined), user('db', 'n1')), ['pv'])
    assert.deepEqual(woken(user('db', 'n1'), user('db', 'n1', 'Succeeded')), ['pv'])
    assert.deepEqual(woken(user('db', 'n1'), undefined), ['pv'])
    assert.deepEqual(woken(user('db', 'n1'), user('db', 'n1', 'Running')), [])
    assert.deepEqual(woken(undefined, user('db', 'n1'), volume('pv', {})), [])
  })
})

describe('what nodes say is attached to them', () => {
  const given = deciding(attachedVolumesController)

  it('is what the attachments say, and pods that wait for it are told', () => {
    given(disk(), data, user('db', 'n1'), node('n1'), attachment('n1', { attached: true }))
      .when('n1')
      .then({
        verb: 'patch',
        kind: Node,
        patch: { body: { status: { volumesAttached: [{ name: inUse, devicePath: '' }] } } },
      })
      .tells('SuccessfulAttachVolume: AttachVolume.Attach succeeded for volume "pv" ')
    given(disk(), data, user('db', 'n1'), node('n1'), attachment('n1', { attached: false }))
      .when('n1')
      .then()
  })
})
