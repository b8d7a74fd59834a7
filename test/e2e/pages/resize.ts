import assert from 'node:assert/strict'
import { until } from '../../faults/until.ts'
import type { TestCluster } from '../cluster.ts'
import { pageOf } from './page.ts'

/** The pages "Resize CPU and Memory Resources assigned to Containers", and to Pods. */
export const resizePages = async (cluster: TestCluster): Promise<void> => {
  const { ok, apply, field, leave } = await pageOf(cluster, 'resize', 'resizing')
  const patch = (pod: string, spec: object): Promise<string> =>
    ok(['patch', 'pod', pod, '--subresource', 'resize', '--patch', JSON.stringify({ spec })])
  const both = (resource: string, value: string): object => ({
    containers: [{ name: 'pause', resources: { requests: { [resource]: value }, limits: { [resource]: value } } }],
  })
  const status = '{.status.containerStatuses[0].resources.limits'
  const restarts = (): Promise<string> => field('pod resize-demo', '{.status.containerStatuses[0].restartCount}')

  await apply('pod-resize', 'pod-level-resize')
  await ok('wait --for=condition=Ready pod --all --timeout=60s')
  assert.equal(await field('pod resize-demo', '{.status.qosClass}'), 'Guaranteed')

  await patch('resize-demo', both('cpu', '800m'))
  await ok(`wait --for=jsonpath=${status}.cpu}=800m pod/resize-demo --timeout=30s`)
  assert.equal(await restarts(), '0')
  await patch('resize-demo', both('memory', '300Mi'))
  await ok(`wait --for=jsonpath=${status}.memory}=300Mi pod/resize-demo --timeout=30s`)
  await ok('wait --for=condition=Ready pod/resize-demo --timeout=30s')
  assert.equal(await restarts(), '1')

  await patch('resize-demo', both('cpu', '1000'))
  await ok('wait --for=condition=PodResizePending pod/resize-demo --timeout=30s')
  const pending = '{.status.conditions[?(@.type=="PodResizePending")]'
  assert.match(
    await field('pod resize-demo', `${pending}.reason}: ${pending}.message}`),
    /^Infeasible: Node didn't have enough capacity: cpu, requested: 1000000, capacity: \d+$/,
  )
  await patch('resize-demo', both('cpu', '800m'))
  await until(
    'nothing is asked for that cannot be',
    async () => (await field('pod resize-demo', `${pending}.reason}`)) === '',
  )

  // The page about pods has a feature switched on that Kubernetes leaves off, as here.
  const more = { requests: { cpu: '150m', memory: '150Mi' }, limits: { cpu: '300m', memory: '300Mi' } }
  await assert.rejects(
    patch('pod-level-resize-demo', { resources: more }),
    /resize of pods with pod-level resources is forbidden when InPlacePodLevelResourcesVerticalScaling\w* feature gate is disabled/,
  )
  await leave()
}
