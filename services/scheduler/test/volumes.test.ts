import type { KubernetesObject } from '@periplus/api'
import { deciding } from '@periplus/controller'
import { PersistentVolume, PersistentVolumeClaim, Pod } from '@periplus/kinds'
import { scheduler } from '../src/index.ts'
import { node, pod } from './objects.ts'

const given = deciding(scheduler)
const key = 'default/new'
const selectedNode = 'volume.kubernetes.io/selected-node'

const claiming = (...names: readonly string[]) =>
  pod('new', {
    spec: { volumes: names.map(name => ({ name, persistentVolumeClaim: { claimName: name } })) },
  })

const claim = (
  name: string,
  rest: { storage?: string; class?: string; modes?: string[]; annotations?: object } = {},
  spec: object = {},
): KubernetesObject =>
  ({
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { name, namespace: 'default', uid: `uid-${name}`, annotations: rest.annotations ?? {} },
    spec: {
      accessModes: rest.modes ?? ['ReadWriteOnce'],
      storageClassName: rest.class ?? 'lazy',
      resources: { requests: { storage: rest.storage ?? '1Gi' } },
      ...spec,
    },
    status: { phase: 'Pending' },
  }) as KubernetesObject

const bound = (name: string, volumeName: string, modes = ['ReadWriteOnce']) =>
  claim(name, { modes, annotations: { 'pv.kubernetes.io/bind-completed': 'yes' } }, { volumeName })

const volume = (name: string, on?: string, storage = '1Gi'): KubernetesObject =>
  ({
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: { name },
    spec: {
      accessModes: ['ReadWriteOnce'],
      storageClassName: 'lazy',
      capacity: { storage },
      hostPath: { path: '/d' },
      ...(on
        ? {
            nodeAffinity: {
              required: {
                nodeSelectorTerms: [
                  { matchExpressions: [{ key: 'kubernetes.io/hostname', operator: 'In', values: [on] }] },
                ],
              },
            },
          }
        : {}),
    },
    status: { phase: 'Available' },
  }) as KubernetesObject

const lazy = (provisioner = 'example.com/disks', rest: object = {}): KubernetesObject =>
  ({
    apiVersion: 'storage.k8s.io/v1',
    kind: 'StorageClass',
    metadata: { name: 'lazy' },
    provisioner,
    volumeBindingMode: 'WaitForFirstConsumer',
    ...rest,
  }) as KubernetesObject

const binding = (name: string) => ({
  verb: 'update' as const,
  kind: Pod,
  subresource: 'binding',
  object: { target: { name } },
})
const nominated = (name: string) => ({
  verb: 'patch' as const,
  kind: Pod,
  subresource: 'status',
  patch: { body: { status: { nominatedNodeName: name } } },
})
const selected = (claimName: string, name: string) => ({
  verb: 'patch' as const,
  kind: PersistentVolumeClaim,
  ref: { name: claimName },
  patch: { body: { metadata: { annotations: { [selectedNode]: name } } } },
})
const noCandidate = 'preemption: 0/1 nodes are available: 1 Preemption is not helpful for scheduling.'

describe('the scheduler and claims', () => {
  const refuses = (why: string, ...objects: readonly KubernetesObject[]) =>
    given(claiming('data'), node('a'), ...objects)
      .when(key)
      .tells(`FailedScheduling: 0/1 nodes are available: ${why}. ${noCandidate}`)
      .why(why)

  it('waits for claims that are not its own to see to', () => {
    refuses('persistentvolumeclaim "data" not found')
    refuses('pod has unbound immediate PersistentVolumeClaims', claim('data', { class: 'none' }))
    refuses('pod has unbound immediate PersistentVolumeClaims', lazy(), claim('data', {}, { volumeName: 'v' }))
    const leaving = claim('data')
    refuses('persistentvolumeclaim "data" is being deleted', {
      ...leaving,
      metadata: { ...leaving.metadata, deletionTimestamp: '2026-01-01T00:00:00Z' },
    })
    given(pod('new', { spec: { volumes: [{ name: 'd', ephemeral: {} }] } }), node('a'))
      .when(key)
      .why('waiting for ephemeral volume controller to create the persistentvolumeclaim "new-d"')
  })

  it('follows the volumes of bound claims', () => {
    given(claiming('data'), node('a'), node('b'), bound('data', 'v'), volume('v', 'b')).when(key).then(binding('b'))
    given(claiming('data'), node('a'), bound('data', 'v'), volume('v', 'elsewhere'))
      .when(key)
      .tells(
        `FailedScheduling: 0/1 nodes are available: 1 node(s) didn't match PersistentVolume's node affinity. ${noCandidate}`,
      )
    given(claiming('data'), node('a'), bound('data', 'v'))
      .when(key)
      .tells(
        `FailedScheduling: 0/1 nodes are available: 1 node(s) unavailable due to one or more pvc(s) bound to non-existent pv(s). ${noCandidate}`,
      )
  })

  it('chooses a volume that is there together with the node, the small claims first', () => {
    const reserved = (volumeName: string, claimName: string) => ({
      verb: 'patch' as const,
      kind: PersistentVolume,
      ref: { name: volumeName },
      patch: {
        body: {
          metadata: { annotations: { 'pv.kubernetes.io/bound-by-controller': 'yes' } },
          spec: { claimRef: { namespace: 'default', name: claimName, uid: `uid-${claimName}` } },
        },
      },
    })
    given(
      claiming('large', 'small'),
      node('a'),
      node('b'),
      lazy('kubernetes.io/no-provisioner'),
      claim('large', { storage: '5Gi' }),
      claim('small'),
      volume('one', 'b', '2Gi'),
      volume('two', 'b', '9Gi'),
      volume('alone', 'a', '9Gi'),
    )
      .when(key)
      .then(nominated('b'), reserved('one', 'small'), reserved('two', 'large'))
      .tells()
      .why('it will be on b once its claims have volumes there: large, small')
  })

  it('has a volume made on the node that it chooses', () => {
    given(claiming('data'), node('a'), lazy(), claim('data')).when(key).then(nominated('a'), selected('data', 'a'))
  })

  it('stays with the node that a volume is being made on', () => {
    const asked = claim('data', { annotations: { [selectedNode]: 'b' } })
    given(claiming('data'), node('a'), node('b'), lazy(), asked)
      .when(key)
      .then(nominated('b'))
      .why(/^it will be on b/)
    given(claiming('data'), node('a'), lazy(), asked)
      .when(key)
      .tells(/1 node\(s\) didn't find available persistent volumes to bind/)
  })

  it('goes where volumes can be made, and nowhere if they cannot', () => {
    const onlyB = { allowedTopologies: [{ matchLabelExpressions: [{ key: 'kubernetes.io/hostname', values: ['b'] }] }] }
    given(claiming('data'), node('a'), node('b'), lazy('example.com/disks', onlyB), claim('data'))
      .when(key)
      .then(nominated('b'), selected('data', 'b'))
    given(claiming('data'), node('a'), lazy('kubernetes.io/no-provisioner'), claim('data'))
      .when(key)
      .tells(
        `FailedScheduling: 0/1 nodes are available: 1 node(s) didn't find available persistent volumes to bind. ${noCandidate}`,
      )
  })

  it('gives a claim of one pod at a time to no second one, wherever the first one is', () => {
    const first = (priority: number) =>
      pod('first', {
        on: 'a',
        spec: { priority, volumes: [{ name: 'd', persistentVolumeClaim: { claimName: 'data' } }] },
      })
    const only = bound('data', 'v', ['ReadWriteOncePod'])
    given(claiming('data'), node('a'), node('b'), only, volume('v'), first(10))
      .when(key)
      .tells(/2 node has pod using PersistentVolumeClaim with the same name and ReadWriteOncePod access mode/)
    given(claiming('data'), node('a'), bound('data', 'v'), volume('v'), first(10)).when(key).then(binding('a'))
  })

  it('looks at what is promised to pods with claims on every node, where room is promised on the one it looks at', () => {
    const status = (nominatedNodeName: string) => ({ phase: 'Pending', nominatedNodeName })
    const holder = { ...claiming('data'), status: status('a') } as KubernetesObject
    const first = { ...holder, metadata: { ...holder.metadata, name: 'first', uid: 'uid-first' } }
    const others = [node('a', { spec: { unschedulable: true } }), node('b'), volume('v'), first]
    const plain = pod('plain', { status: status('b') })
    given(claiming('data'), ...others, bound('data', 'v'), plain)
      .when(key)
      .then(binding('b'))
    given(claiming('data'), ...others, bound('data', 'v', ['ReadWriteOncePod']), plain)
      .when(key)
      .tells(/1 node has pod using PersistentVolumeClaim with the same name and ReadWriteOncePod access mode/)
  })
})
