import assert from 'node:assert/strict'
import { until } from '../../faults/until.ts'
import type { TestCluster } from '../cluster.ts'
import { pageOf } from './page.ts'

const filler = (cpu: number, priorityClassName: string): string =>
  JSON.stringify({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: priorityClassName },
    spec: {
      priorityClassName,
      terminationGracePeriodSeconds: 0,
      containers: [{ name: 'pause', image: 'registry.k8s.io/pause:3.8', resources: { requests: { cpu: `${cpu}m` } } }],
    },
  })

/** The pages "Pod Priority and Preemption" and "Pod Scheduling Readiness". */
export const priorityPages = async (cluster: TestCluster): Promise<void> => {
  const { ok, apply, field, leave } = await pageOf(cluster, 'priority', 'priorities')
  await apply('high-priority', 'high-priority-nonpreempting')
  await ok('create priorityclass low-priority --value=-10')
  assert.match(await ok('get priorityclasses'), /^high-priority +1000000 +false +\S+ +PreemptLowerPriority$/m)
  await apply('pod', 'pod-with-scheduling-gates')
  await ok('wait --for=condition=Ready pod/nginx --timeout=60s')
  assert.equal(await field('pod nginx', '{.spec.priority} {.spec.preemptionPolicy}'), '1000000 PreemptLowerPriority')

  // More than half of the node each, so that there is room for one of them beside whatever else runs.
  const cpu = Math.floor(Number(await field('nodes', '{.items[0].status.allocatable.cpu}')) * 510)
  await ok('apply -f -', filler(cpu, 'low-priority'))
  await ok('wait --for=condition=Ready pod/low-priority --timeout=60s')
  await ok('apply -f -', filler(cpu, 'high-priority-nonpreempting'))
  await until('it finds no room', async () => /Pending/.test(await ok('get pod high-priority-nonpreempting')))
  await ok('wait --for=condition=PodScheduled=false pod/high-priority-nonpreempting --timeout=30s')
  assert.match(
    await field('pod high-priority-nonpreempting', '{.status.conditions[?(@.type=="PodScheduled")].message}'),
    /Insufficient cpu/,
  )
  assert.match(await ok('get pod low-priority'), /Running/)
  await ok('apply -f -', filler(cpu, 'high-priority'))
  await ok('wait --for=condition=Ready pod/high-priority --timeout=60s')
  await ok('wait --for=delete pod/low-priority --timeout=30s')
  assert.match(await ok('get events'), /Preempted +pod\/low-priority +Preempted by pod \S+ on node /)
  await ok('delete pod high-priority high-priority-nonpreempting')

  assert.match(await ok('get pod test-pod'), /^test-pod +0\/1 +SchedulingGated +0 /m)
  assert.deepEqual(JSON.parse(await field('pod test-pod', '{.spec.schedulingGates}')), [
    { name: 'example.com/foo' },
    { name: 'example.com/bar' },
  ])
  await apply('pod-without-scheduling-gates')
  await ok('wait --for=condition=Ready pod/test-pod --timeout=30s')
  await leave()
  await cluster.ok('delete priorityclass high-priority high-priority-nonpreempting low-priority')
}
