import type { KubernetesObject } from '@periplus/api'
import { deciding } from '@periplus/controller'
import { PersistentVolumeClaim, Pod } from '@periplus/kinds'
import { scheduler } from '../src/index.ts'
import { node, pod } from './objects.ts'

const given = deciding(scheduler)
const driver = 'disks.example.com'

const using = (name: string, claimName: string, on?: string) =>
  pod(name, {
    ...(on ? { on } : {}),
    spec: {
      containers: [{ name: 'main', image: 'nginx' }],
      ...(on ? { nodeName: on } : {}),
      volumes: [{ name: 'd', persistentVolumeClaim: { claimName } }],
    },
  })

const csiNode = (name: string, count?: number): KubernetesObject =>
  ({
    apiVersion: 'storage.k8s.io/v1',
    kind: 'CSINode',
    metadata: { name },
    spec: { drivers: [{ name: driver, nodeID: name, ...(count === undefined ? {} : { allocatable: { count } }) }] },
  }) as KubernetesObject

/** A claim with its volume, a disk of the driver. */
const disk = (name: string): readonly KubernetesObject[] => [
  {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: {
      name,
      namespace: 'default',
      uid: `uid-${name}`,
      annotations: { 'pv.kubernetes.io/bind-completed': 'yes' },
    },
    spec: { accessModes: ['ReadWriteOnce'], storageClassName: 'disks', volumeName: `pv-${name}` },
    status: { phase: 'Bound' },
  } as KubernetesObject,
  {
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: { name: `pv-${name}` },
    spec: { accessModes: ['ReadWriteOnce'], capacity: { storage: '1Gi' }, csi: { driver, volumeHandle: name } },
  } as KubernetesObject,
]

const unbound: KubernetesObject = {
  apiVersion: 'v1',
  kind: 'PersistentVolumeClaim',
  metadata: { name: 'fresh', namespace: 'default', uid: 'uid-fresh' },
  spec: {
    accessModes: ['ReadWriteOnce'],
    storageClassName: 'disks',
    resources: { requests: { storage: '2Gi' } },
  },
  status: { phase: 'Pending' },
} as KubernetesObject

const disks: KubernetesObject = {
  apiVersion: 'storage.k8s.io/v1',
  kind: 'StorageClass',
  metadata: { name: 'disks' },
  provisioner: driver,
  volumeBindingMode: 'WaitForFirstConsumer',
} as KubernetesObject

const full = /^FailedScheduling: 0\/1 nodes are available: 1 node\(s\) exceed max volume count\./

describe('the scheduler and storage drivers', () => {
  it('puts no more volumes on a node than the driver says that it can have', () => {
    const there = [...disk('one'), using('first', 'one', 'a'), ...disk('two')]
    given(using('new', 'two'), node('a'), csiNode('a', 1), ...there)
      .when('default/new')
      .tells(full)
    given(using('new', 'two'), node('a'), csiNode('a', 2), ...there)
      .when('default/new')
      .then({ verb: 'update', kind: Pod, object: { target: { name: 'a' } } })
    given(using('new', 'two'), node('a'), csiNode('a'), ...there)
      .when('default/new')
      .then({ verb: 'update', kind: Pod, object: { target: { name: 'a' } } })
  })

  it('counts a volume of two pods once, and what a node has not given back', () => {
    given(using('new', 'one'), node('a'), csiNode('a', 1), ...disk('one'), using('first', 'one', 'a'))
      .when('default/new')
      .then({ verb: 'update', kind: Pod, object: { target: { name: 'a' } } })
    const a = node('a')
    const holding = { ...a, status: { ...a.status, volumesInUse: [`kubernetes.io/csi/${driver}^old`] } }
    given(using('new', 'one'), holding, csiNode('a', 1), ...disk('one'))
      .when('default/new')
      .tells(full)
  })

  it('counts volumes that are yet to be made', () => {
    given(using('new', 'fresh'), node('a'), csiNode('a', 1), disks, unbound, ...disk('one'), using('first', 'one', 'a'))
      .when('default/new')
      .tells(full)
  })

  it('has volumes made only where the driver has room for them, if it says how much there is', () => {
    const described = {
      apiVersion: 'storage.k8s.io/v1',
      kind: 'CSIDriver',
      metadata: { name: driver },
      spec: { storageCapacity: true },
    } as KubernetesObject
    const capacity = (of: object): KubernetesObject =>
      ({
        apiVersion: 'storage.k8s.io/v1',
        kind: 'CSIStorageCapacity',
        metadata: { name: 'c', namespace: 'default' },
        storageClassName: 'disks',
        nodeTopology: { matchLabels: { 'kubernetes.io/hostname': 'a' } },
        ...of,
      }) as KubernetesObject
    const asked = (...more: readonly KubernetesObject[]) =>
      given(using('new', 'fresh'), node('a'), disks, unbound, described, ...more).when('default/new')
    const refused = /1 node\(s\) did not have enough free storage\./
    asked().tells(refused)
    asked(capacity({ capacity: '1Gi' })).tells(refused)
    asked(capacity({ capacity: '9Gi', maximumVolumeSize: '1Gi' })).tells(refused)
    asked(capacity({ capacity: '9Gi', nodeTopology: { matchLabels: { zone: 'b' } } })).tells(refused)
    asked(capacity({ capacity: '9Gi' }))
      .then(
        { verb: 'patch', kind: Pod, subresource: 'status', patch: { body: { status: { nominatedNodeName: 'a' } } } },
        { verb: 'patch', kind: PersistentVolumeClaim, ref: { name: 'fresh' } },
      )
      .why(/^it will be on a/)
  })
})
