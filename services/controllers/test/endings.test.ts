import assert from 'node:assert/strict'
import type { KubernetesObject } from '@periplus/api'
import type { Command, DeleteOptions } from '@periplus/commands'
import type { Kind } from '@periplus/api'
import type { Simulation } from '@periplus/controller'
import { ConfigMap, Deployment, Namespace, Node, Pod, ReplicaSet, ServiceAccount } from '@periplus/kinds'
import { podsOnNode } from '@periplus/projection'
import { cluster, create, healthy, patch } from './simulation.ts'
import { template } from './objects.ts'

const web = {
  metadata: { name: 'web', namespace: 'default' },
  spec: { replicas: 3, selector: { matchLabels: { app: 'web' } }, template: template({ app: 'web' }) },
} as KubernetesObject

const remove = (kind: Kind, name: string, options: DeleteOptions): Command => ({
  verb: 'delete',
  kind,
  ref: { group: kind.group, resource: kind.resource, namespace: kind.namespaced ? 'default' : '', name },
  options,
})

const count = (simulation: Simulation, kind: Kind): number => simulation.cut.list(kind, 'default').length

const running = async (): Promise<Simulation> => {
  const simulation = await cluster(11)
  await simulation.user(create(Deployment, web))
  await simulation.run(5000)
  assert.equal(count(simulation, Pod), 3)
  return simulation
}

describe('a Deployment that is deleted', () => {
  it('in the background, takes its ReplicaSets and pods with it', async () => {
    const simulation = await running()
    await simulation.user(remove(Deployment, 'web', { propagationPolicy: 'Background' }))
    assert.equal(count(simulation, Deployment), 0)
    await simulation.run(5000)
    assert.deepEqual([count(simulation, ReplicaSet), count(simulation, Pod)], [0, 0])
  })
  it('in the foreground, goes last', async () => {
    const simulation = await running()
    await simulation.user(remove(Deployment, 'web', { propagationPolicy: 'Foreground' }))
    assert.equal(count(simulation, Deployment), 1)
    await simulation.run(5000)
    assert.deepEqual([count(simulation, Deployment), count(simulation, ReplicaSet), count(simulation, Pod)], [0, 0, 0])
  })
  it('leaving orphans, leaves them running', async () => {
    const simulation = await running()
    await simulation.user(remove(Deployment, 'web', { propagationPolicy: 'Orphan' }))
    await simulation.run(5000)
    assert.deepEqual([count(simulation, Deployment), count(simulation, ReplicaSet), count(simulation, Pod)], [0, 1, 3])
    await simulation.user(create(Deployment, web))
    await simulation.run(5000)
    assert.deepEqual([count(simulation, ReplicaSet), count(simulation, Pod)], [1, 3], 'adopted again')
  })
})

describe('a namespace', () => {
  it('begins with a service account and the CA, and gets them back', async () => {
    const simulation = await cluster(12)
    assert.ok(simulation.cut.get(ServiceAccount, 'default', 'default'))
    await simulation.user(remove(ConfigMap, 'kube-root-ca.crt', {}))
    await simulation.run(1000)
    assert.equal(simulation.cut.get(ConfigMap, 'default', 'kube-root-ca.crt')?.data?.['ca.crt'], 'CA')
  })
  it('that is deleted takes all that is in it with it', async () => {
    const simulation = await cluster(13)
    await simulation.user(create(Namespace, { metadata: { name: 'team' } }))
    await simulation.run(1000)
    await simulation.user(create(Deployment, { ...web, metadata: { name: 'web', namespace: 'team' } }))
    await simulation.run(5000)
    assert.equal(simulation.cut.list(Pod, 'team').length, 3)
    await simulation.user(remove(Namespace, 'team', {}))
    assert.equal(simulation.cut.get(Namespace, '', 'team')?.status?.phase, 'Terminating')
    await simulation.run(20_000)
    assert.equal(simulation.cut.get(Namespace, '', 'team'), undefined)
    const left = simulation.cut
      .resources()
      .flatMap(({ group, resource }) => simulation.cut.entries(group, resource, 'team'))
    assert.deepEqual(
      left.map(({ ref }) => ref),
      [],
    )
  })
})

describe('a node that falls silent', () => {
  it('is tainted, and its pods are replaced elsewhere when their toleration has run out', async () => {
    const simulation = await running()
    const lost = simulation.cut.list(Pod, 'default')[0]?.spec?.nodeName ?? ''
    const conditions = [
      { type: 'MemoryPressure', status: 'False' },
      { type: 'Ready', status: 'True', lastHeartbeatTime: new Date(simulation.clock.now()).toISOString() },
    ]
    await simulation.user(patch(Node, lost, { status: { ...healthy, conditions } }, 'status'))
    // Beyond the 60 s that a young node is given.
    await simulation.run(70_000)
    const node = simulation.cut.get(Node, '', lost)
    assert.deepEqual(
      node?.spec?.taints?.map(({ key, effect }) => `${key}:${effect}`),
      ['node.kubernetes.io/unreachable:NoSchedule', 'node.kubernetes.io/unreachable:NoExecute'],
    )
    const [stranded] = simulation.cut.by(podsOnNode, lost)
    assert.ok(stranded?.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'False'))
    await simulation.run(295_000)
    assert.ok(
      simulation.decisions.some(({ controller, commands }) => controller === 'tainteviction' && commands.length > 0),
    )
  })
})
