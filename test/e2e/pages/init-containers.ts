import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { until } from '../../faults/until.ts'
import { root } from '../cluster.ts'
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

/** The page "Configure Pod Initialization"; what it takes from the internet comes from this process. */
export const initDemoPage = async (cluster: TestCluster): Promise<void> => {
  const { ok, field, leave } = await pageOf(cluster, 'init', 'init-demo')
  const internet = createServer((_, answer) => answer.end('<h1>the first website</h1>\n'))
  await new Promise<void>(resolve => internet.listen(0, () => resolve()))
  try {
    const host = await field('nodes', '{.items[0].status.addresses[?(@.type=="InternalIP")].address}')
    const manifest = readFileSync(join(root, 'test/fixtures/pages/init/init-demo.yaml'), 'utf8')
    const { port } = internet.address() as AddressInfo
    await ok('apply -f -', manifest.replace('$ADDRESS', `${host}:${port}`))
    await ok('wait --for=condition=Ready pod/init-demo --timeout=60s')
    assert.match(await ok('get pod init-demo'), /^init-demo +1\/1 +Running +0 /m)
    assert.match(await ok('exec -i init-demo -- /bin/sh', 'wget -qO- localhost\n'), /^<h1>the first website<\/h1>$/m)
  } finally {
    internet.close()
  }
  await leave()
}
