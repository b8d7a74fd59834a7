import assert from 'node:assert/strict'
import { until } from '../../faults/until.ts'
import type { TestCluster } from '../cluster.ts'
import { pageOf } from './page.ts'

/** The pages "Specifying a Disruption Budget for your Application" and "Safely Drain a Node". */
export const disruptionPages = async (cluster: TestCluster): Promise<void> => {
  const { ok, apply, field, leave } = await pageOf(cluster, 'disruption', 'zookeeper')
  const budget = (): Promise<string> => ok('get poddisruptionbudgets')
  await apply('zookeeper-pod-disruption-budget-minavailable')
  assert.match(await budget(), /^zk-pdb +2 +N\/A +0 /m)
  await apply('zookeeper')
  await ok('rollout status statefulset/zk --timeout=60s')
  await ok('wait --for=jsonpath={.status.disruptionsAllowed}=1 pdb/zk-pdb --timeout=30s')
  assert.equal(
    await field('pdb zk-pdb', '{.status.currentHealthy} {.status.desiredHealthy} {.status.expectedPods}'),
    '3 2 3',
  )

  const node = await field('nodes', '{.items[0].metadata.name}')
  const drain = ['drain', node, '--ignore-daemonsets', '--pod-selector=app=zookeeper']
  try {
    const drained = await cluster.kubectl([...drain, '--timeout=3s'])
    const told = drained.stdout + drained.stderr
    assert.equal(drained.code, 1, told)
    assert.match(told, /^error when evicting .*: Cannot evict pod as it would violate the pod's disruption budget\.$/m)
    assert.match(await ok(`get node ${node}`), /Ready,SchedulingDisabled/)
    await until('one of them waits', async () =>
      /^2 0$/.test(await field('pdb zk-pdb', '{.status.currentHealthy} {.status.disruptionsAllowed}')),
    )
  } finally {
    // Whatever other pages are to find is a node that takes pods.
    await cluster.ok(`uncordon ${node}`)
  }
  await ok('rollout status statefulset/zk --timeout=60s')

  await apply('zookeeper-pod-disruption-budget-maxunavailable')
  await until('one may go', async () => /^zk-pdb +N\/A +1 +1 /m.test(await budget()))
  await ok('delete pdb zk-pdb')
  try {
    assert.match(await cluster.ok([...drain, '--timeout=60s']), /pod\/zk-2 evicted[^]*node\/\S+ drained/)
  } finally {
    await cluster.ok(`uncordon ${node}`)
  }
  await leave()
}
