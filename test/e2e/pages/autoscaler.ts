import assert from 'node:assert/strict'
import { until } from '../../faults/until.ts'
import type { TestCluster } from '../cluster.ts'
import { pageOf } from './page.ts'
import type { Page } from './page.ts'

/** The page "HorizontalPodAutoscaler Walkthrough"; readings and rounds take their time, in which other pages have theirs. */
export const autoscalerPage = (cluster: TestCluster) => {
  let page: Page
  return {
    begin: async (): Promise<void> => {
      page = await pageOf(cluster, 'scaling', 'autoscaling')
      await page.apply('php-apache')
      await page.ok('rollout status deployment/php-apache --timeout=60s')
      await page.ok('autoscale deployment php-apache --cpu=50% --min=1 --max=3')
      assert.match(await page.ok('get hpa'), /^php-apache +Deployment\/php-apache +cpu: \S+\/50% +1 +3 +\d /m)
      const load = 'while sleep 0.01; do wget -q -O- http://php-apache; done'
      await page.ok(['run', 'load-generator', '--image=busybox:1.28', '--restart=Never', '--', '/bin/sh', '-c', load])
    },
    grown: async (): Promise<void> => {
      const replicas = async (): Promise<number> =>
        Number(await page.field('deployment php-apache', '{.spec.replicas}'))
      await until('there are more', async () => (await replicas()) > 1, 120_000)
      assert.match(
        await page.ok('describe hpa php-apache'),
        /AbleToScale +True [^]*ScalingActive +True +ValidMetricFound [^]*SuccessfulRescale +.*New size: \d; reason: cpu resource utilization \(percentage of request\) above target/,
      )
      await page.ok('delete pod load-generator --now')
      // Otherwise five minutes pass before it believes that the load is gone.
      const behavior = { scaleDown: { stabilizationWindowSeconds: 0 } }
      await page.ok(['patch', 'hpa', 'php-apache', '-p', JSON.stringify({ spec: { behavior } })])
    },
    shrunk: async (): Promise<void> => {
      await page.ok('wait --for=jsonpath={.spec.replicas}=1 deployment/php-apache --timeout=120s')
      assert.match(await page.ok('describe hpa php-apache'), /New size: 1; reason: All metrics below target/)
      await page.leave()
    },
  }
}
