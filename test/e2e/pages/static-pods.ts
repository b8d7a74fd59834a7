import assert from 'node:assert/strict'
import { copyFileSync, readdirSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { until } from '../../faults/until.ts'
import { root } from '../cluster.ts'
import type { TestCluster } from '../cluster.ts'

/** The page "Create static Pods". */
export const staticPodPage = async ({ home, ok }: TestCluster): Promise<void> => {
  const [node = ''] = readdirSync(join(home, 'nodes'))
  const file = join(home, 'nodes', node, 'etc/kubernetes/manifests/static-web.yaml')
  const pod = `pod/static-web-${node}`
  const ready = async (): Promise<void> => {
    await ok(`wait --for=create ${pod} --timeout=60s`)
    await ok(`wait --for=condition=Ready ${pod} --timeout=60s`)
  }
  copyFileSync(join(root, 'test/fixtures/pages/static/static-web.yaml'), file)
  await ready()
  assert.match(await ok('get pods -l role=myrole'), new RegExp(`^static-web-${node} +1/1 +Running +0 `, 'm'))
  const uid = await ok(`get ${pod} -o jsonpath={.metadata.uid}`)
  // Who waits for the end of a mirror pod may look between its end and its next beginning, and waits in vain, with Kubernetes too.
  await ok(`delete ${pod} --wait=false`)
  await until('it is another one', async () => (await ok(`get ${pod} -o jsonpath={.metadata.uid}`)) !== uid)
  await ready()
  renameSync(file, join(home, 'static-web.yaml'))
  await ok(`wait --for=delete ${pod} --timeout=60s`)
  renameSync(join(home, 'static-web.yaml'), file)
  await ready()
  renameSync(file, join(home, 'static-web.yaml'))
  await until('it is gone', async () => (await ok('get pods -l role=myrole -o name')) === '')
}
