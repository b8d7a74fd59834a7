import assert from 'node:assert/strict'
import { formatMicroTime, formatTime } from '@periplus/api'
import type { KubernetesObject } from '@periplus/api'
import { anHourLater, deciding } from '@periplus/controller'
import { Node, Pod } from '@periplus/kinds'
import type { NodeCondition, Taint, Toleration } from '@periplus/kinds'
import { nodeLifecycleController, podGarbageController, taintEvictionController } from '../src/index.ts'
import { node, pod } from './objects.ts'

const now = anHourLater
const ago = (seconds: number): string => formatTime(now - seconds * 1000)

const condition = (type: string, status: string, heartbeat = 0): NodeCondition => ({
  type,
  status,
  lastHeartbeatTime: ago(heartbeat),
})
const nodeWith = (name: string, conditions: readonly NodeCondition[], spec: Node['spec'] = {}) =>
  node(name, { status: { conditions }, spec })
const healthy = (name: string, spec: Node['spec'] = {}) => nodeWith(name, [condition('Ready', 'True')], spec)
const lease = (name: string, seconds: number): KubernetesObject =>
  ({
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: { name, namespace: 'kube-node-lease' },
    spec: { renewTime: formatMicroTime(now - seconds * 1000) },
  }) as KubernetesObject
const leadSince = (seconds: number): KubernetesObject =>
  ({
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: { name: 'periplus-controllers', namespace: 'kube-system' },
    spec: { acquireTime: formatMicroTime(now - seconds * 1000) },
  }) as KubernetesObject

const tainted = (...taints: readonly object[]) => ({
  verb: 'patch' as const,
  kind: Node,
  patch: { body: { spec: { taints } } },
})

describe('the node lifecycle controller', () => {
  const given = deciding(nodeLifecycleController)
  const stale = ['Ready', 'MemoryPressure', 'DiskPressure', 'PIDPressure'].map(type =>
    condition(type, type === 'Ready' ? 'True' : 'False', 100),
  )

  it('believes a node that renews its lease, and looks again when the lease is old', () => {
    given(nodeWith('a', stale), lease('a', 10)).when('a').then().requeuesAfter(30_000).why('it is ready')
  })
  it('gives a node up that was not heard of for 40 seconds', () => {
    const unknown = (type: string) => ({
      type,
      status: 'Unknown',
      reason: 'NodeStatusUnknown',
      message: 'Kubelet stopped posting node status.',
      lastHeartbeatTime: ago(100),
    })
    given(nodeWith('a', stale), lease('a', 40), healthy('b'), pod('x', undefined, { node: 'a' }))
      .when('a')
      .then(
        {
          verb: 'patch',
          kind: Node,
          subresource: 'status',
          patch: {
            body: { status: { conditions: ['Ready', 'MemoryPressure', 'DiskPressure', 'PIDPressure'].map(unknown) } },
          },
        },
        tainted(
          { key: 'node.kubernetes.io/unreachable', effect: 'NoSchedule', timeAdded: formatTime(now) },
          { key: 'node.kubernetes.io/unreachable', effect: 'NoExecute', timeAdded: formatTime(now) },
        ),
        {
          verb: 'patch',
          kind: Pod,
          ref: { name: 'x' },
          patch: { body: { status: { conditions: [{ type: 'Ready', status: 'False' }] } } },
        },
      )
      .tells('NodeNotReady: Node a status is now: NodeNotReady', 'NodeNotReady: Node is not ready')
      .requeuesAfter(undefined)
  })
  it('says of one that never spoke that it never did, after a minute', () => {
    const silent = node('a', { metadata: { name: 'a', creationTimestamp: ago(59) }, status: {} })
    given(silent).when('a').then().requeuesAfter(1000)
    given(node('a', { metadata: { name: 'a', creationTimestamp: ago(60) }, status: {} }), healthy('b'))
      .when('a')
      .then(
        {
          verb: 'patch',
          kind: Node,
          patch: {
            body: {
              status: {
                conditions: [
                  { type: 'Ready', reason: 'NodeStatusNeverUpdated', message: 'Kubelet never posted node status.' },
                  {},
                  {},
                  {},
                ],
              },
            },
          },
        },
        tainted({}, {}),
      )
  })
  it('counts silence from when it began to listen', () => {
    given(nodeWith('a', stale), leadSince(5)).when('a').then().requeuesAfter(35_000)
  })
  it('does not evict when no node at all is ready', () => {
    const lost = [condition('Ready', 'Unknown', 100)]
    given(nodeWith('a', lost), nodeWith('b', lost))
      .when('a')
      .then(
        { verb: 'patch', kind: Node, subresource: 'status' },
        tainted({ key: 'node.kubernetes.io/unreachable', effect: 'NoSchedule' }),
      )
  })
  it('takes the taints away when the node is back', () => {
    const taints = ['NoSchedule', 'NoExecute'].map(effect => ({ key: 'node.kubernetes.io/unreachable', effect }))
    const own = { key: 'team', value: 'x', effect: 'NoSchedule' }
    given(healthy('a', { taints: [...taints, own] }))
      .when('a')
      .then(tainted(own))
      .why(/its taints become team:NoSchedule/)
    given(healthy('a', { taints }))
      .when('a')
      .then({ verb: 'patch', kind: Node, patch: { body: { spec: { taints: null } } } })
  })
  it('taints by conditions and by cordon', () => {
    const pressed = nodeWith(
      'a',
      [condition('Ready', 'True'), condition('MemoryPressure', 'True'), condition('PIDPressure', 'True')],
      { unschedulable: true },
    )
    given(pressed)
      .when('a')
      .then(
        tainted(
          { key: 'node.kubernetes.io/memory-pressure' },
          { key: 'node.kubernetes.io/pid-pressure' },
          { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' },
        ),
      )
    given(nodeWith('a', [condition('Ready', 'False')]), healthy('b'))
      .when('a')
      .then(
        tainted(
          { key: 'node.kubernetes.io/not-ready', effect: 'NoSchedule' },
          { key: 'node.kubernetes.io/not-ready', effect: 'NoExecute' },
        ),
      )
  })
  it('stamps NoExecute taints of others with the time from which tolerations count', () => {
    given(healthy('a', { taints: [{ key: 'x', effect: 'NoExecute' }] }))
      .when('a')
      .then(tainted({ key: 'x', effect: 'NoExecute', timeAdded: formatTime(now) }))
  })
  it('is not woken by heartbeats', () => {
    const { cut } = given(healthy('a'))
    const wakes = (before: unknown, after: unknown) =>
      nodeLifecycleController.wakesItself?.({ before, after } as never, cut)
    assert.equal(wakes(nodeWith('a', [condition('Ready', 'True', 10)]), healthy('a')), false)
    assert.equal(wakes(nodeWith('a', [condition('Ready', 'False')]), healthy('a')), true)
  })
})

describe('eviction by taints', () => {
  const given = deciding(taintEvictionController)
  const taint: Taint = { key: 'node.kubernetes.io/unreachable', effect: 'NoExecute', timeAdded: ago(100) }
  const onLost = (tolerations: readonly Toleration[]) => {
    const one = pod('x', undefined, { node: 'a' })
    return [healthy('a', { taints: [taint] }), { ...one, spec: { ...one.spec, tolerations } } as Pod]
  }
  const tolerating = (tolerationSeconds?: number): Toleration => ({
    key: taint.key,
    operator: 'Exists',
    effect: 'NoExecute',
    tolerationSeconds,
  })
  const evicted = [
    {
      verb: 'patch' as const,
      kind: Pod,
      subresource: 'status',
      patch: {
        body: {
          status: { conditions: [{ type: 'DisruptionTarget', status: 'True', reason: 'DeletionByTaintManager' }] },
        },
      },
    },
    { verb: 'delete' as const, kind: Pod, ref: { name: 'x' }, options: { preconditions: { uid: 'uid-pod-x' } } },
  ]

  it('is at once for what tolerates nothing', () => {
    given(...onLost([]))
      .when('default/x')
      .then(...evicted)
      .tells('TaintManagerEviction: Marking for deletion Pod default/x')
  })
  it('waits for a toleration to run out, counted from the taint', () => {
    given(...onLost([tolerating(300)]))
      .when('default/x')
      .then()
      .requeuesAfter(200_000)
      .why(/for 200 s more/)
  })
  it('waits for it from when the pod came, where the taint was there before', () => {
    const [lost, one] = onLost([tolerating(60)])
    assert.ok(lost && one)
    const conditions = [{ type: 'PodScheduled', status: 'True', lastTransitionTime: ago(20) }]
    given(lost, { ...one, status: { conditions } } as Pod)
      .when('default/x')
      .then()
      .requeuesAfter(40_000)
  })
  it('lets a pod be five seconds old, as whoever made it makes the next one', () => {
    for (const tolerations of [[], [tolerating(0)]]) {
      const [lost, one] = onLost(tolerations)
      assert.ok(lost && one)
      const young = (seconds: number) =>
        given(lost, { ...one, metadata: { ...one.metadata, creationTimestamp: ago(seconds) } } as Pod).when('default/x')
      young(1).then().requeuesAfter(4_000)
      young(5).then(...evicted)
    }
    given(...onLost([tolerating(100)]))
      .when('default/x')
      .then(...evicted)
    given(...onLost([tolerating(), tolerating(101)]))
      .when('default/x')
      .requeuesAfter(1000)
  })
  it('never comes for what tolerates for ever', () => {
    given(...onLost([tolerating()]))
      .when('default/x')
      .then()
      .requeuesAfter(undefined)
    given(...onLost([{ operator: 'Exists' }]))
      .when('default/x')
      .then()
  })
  it('does not come when the taint is gone', () => {
    given(healthy('a'), pod('x', undefined, { node: 'a' }))
      .when('default/x')
      .then()
      .why('nothing drives it from a')
  })
  it('is looked at when a node is tainted', () => {
    const { cut } = given(healthy('a', { taints: [taint] }), pod('x', undefined, { node: 'a' }))
    const [watch] = taintEvictionController.watches
    const keys = watch?.keys({ before: healthy('a'), after: healthy('a', { taints: [taint] }) } as never, cut)
    assert.deepEqual(keys, [{ namespace: 'default', name: 'x' }])
    assert.deepEqual(taintEvictionController.startingKeys?.(cut), keys)
  })
})

describe('the pod garbage collector', () => {
  const given = deciding(podGarbageController)
  const removed = { verb: 'delete' as const, kind: Pod, options: { gracePeriodSeconds: 0 } }

  it('ends pods of nodes that are no more', () => {
    given(pod('x', undefined, { node: 'gone' }))
      .when('default/x')
      .then(
        {
          verb: 'patch',
          kind: Pod,
          patch: {
            body: {
              status: {
                phase: 'Failed',
                conditions: [
                  { type: 'DisruptionTarget', reason: 'DeletionByPodGC', message: 'PodGC: node no longer exists' },
                ],
              },
            },
          },
        },
        removed,
      )
    given(pod('x', undefined, { node: 'a' }), healthy('a'))
      .when('default/x')
      .then()
  })
  it('ends pods that are deleted and have no node', () => {
    const failed = {
      verb: 'patch' as const,
      kind: Pod,
      subresource: 'status',
      patch: { body: { status: { phase: 'Failed' } } },
    }
    given(pod('x', undefined, { deleting: true }))
      .when('default/x')
      .then(failed, removed)
    given(pod('x', undefined, { deleting: true, phase: 'Failed' }))
      .when('default/x')
      .then(removed)
    given(pod('x', undefined)).when('default/x').then()
  })
  it('ends pods that are deleted on a node that is out of service', () => {
    const spec = { taints: [{ key: 'node.kubernetes.io/out-of-service', effect: 'NoExecute' }] }
    const lost = nodeWith('a', [condition('Ready', 'Unknown')], spec)
    given(lost, pod('x', undefined, { node: 'a', deleting: true }))
      .when('default/x')
      .then({ verb: 'patch', kind: Pod }, removed)
    given(healthy('a', spec), pod('x', undefined, { node: 'a', deleting: true }))
      .when('default/x')
      .then()
  })
  it('keeps 12,500 pods that have ended', () => {
    const ended = Array.from({ length: 12_503 }, (_, i) =>
      pod(`p${i}`, undefined, { phase: 'Succeeded', created: now - i * 1000 }),
    )
    const { commands } = given(...ended).when({ namespace: '', name: 'ended' })
    assert.deepEqual(
      commands.map(command => (command.verb === 'delete' ? command.ref.name : '')),
      ['p12502', 'p12501', 'p12500'],
    )
  })
})
