import assert from 'node:assert/strict'
import { until } from '../../faults/until.ts'
import type { TestCluster } from '../cluster.ts'
import { pageOf } from './page.ts'

/** The pages "Init Containers" and "Sidecar Containers". */
export const initContainerPages = async (cluster: TestCluster): Promise<void> => {
  const { ok, apply, field, leave } = await pageOf(cluster, 'init', 'initial')
  await apply('myapp', 'deployment-sidecar', 'job-sidecar')
  await until('it waits for a service', async () =>
    /waiting for myservice/.test((await cluster.kubectl('-n initial logs myapp-pod -c init-myservice')).stdout),
  )
  assert.match(await ok('get pod myapp-pod'), /^myapp-pod +0\/1 +Init:0\/2 +0 /m)
  await apply('services')

  await ok('wait --for=condition=complete job/myjob --timeout=60s')
  assert.match(await ok('get pods -l job-name=myjob'), /^myjob-\w{5} +0\/2 +Completed +0 /m)
  assert.match(await ok('logs job/myjob -c logshipper'), /^logging$/m)
  await ok('rollout status deployment/myapp --timeout=60s')
  assert.match(await ok('get pods -l app=myapp'), /^myapp-\S+ +2\/2 +Running +0 /m)
  assert.match(await ok('logs deployment/myapp -c logshipper'), /^logging$/m)

  await ok('wait --for=condition=Ready pod/myapp-pod --timeout=60s')
  assert.equal(await ok('logs myapp-pod'), 'The app is running!\n')
  assert.equal(
    await field('pod myapp-pod', '{.status.initContainerStatuses[*].state.terminated.reason}'),
    'Completed Completed',
  )
  await leave()
}
