import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { until } from '../../faults/until.ts'
import { root } from '../cluster.ts'
import type { TestCluster } from '../cluster.ts'
import { pageOf } from './page.ts'
import type { Page } from './page.ts'

const complete = ({ ok }: Page, what: string): Promise<string> =>
  ok(`wait --for=condition=complete ${what} --timeout=90s`)
const condition = ({ field }: Page, job: string, type: string): Promise<string> => {
  const found = `{.status.conditions[?(@.type=="${type}")]`
  return field(`job ${job}`, `${found}.reason}: ${found}.message}`)
}
const sorted = (lines: string): readonly string[] => lines.trim().split('\n').sort()

/** The pages "Parallel Processing using Expansions" and "Indexed Job for Parallel Processing with Static Work Assignment". */
export const parallelJobPages = async (cluster: TestCluster): Promise<void> => {
  const page = await pageOf(cluster, 'jobs', 'parallel')
  const template = readFileSync(join(root, 'test/fixtures/pages/jobs/job-tmpl.yaml'), 'utf8')
  const expanded = ['apple', 'banana', 'cherry'].map(item => template.replaceAll('$ITEM', item))
  await page.ok('create -f -', expanded.join('---\n'))
  await page.apply('indexed-job')
  await complete(page, 'job/indexed-job')
  assert.deepEqual(sorted(await page.ok('logs -l job-name=indexed-job --tail=-1')), ['oof', 'rab', 'xuq', 'zab', 'zyx'])
  assert.match(await page.ok('describe job indexed-job'), /Completed Indexes: +0-4\n/)
  await page.ok('delete job indexed-job')
  await page.apply('indexed-job-vol')
  await complete(page, 'job/indexed-job')
  assert.deepEqual([...(await page.ok('logs -l job-name=indexed-job --tail=-1'))].sort().join(''), '01234')

  await complete(page, 'job -l jobgroup=jobexample')
  assert.deepEqual(sorted(await page.ok('logs -f -l jobgroup=jobexample')), [
    'Processing item apple',
    'Processing item banana',
    'Processing item cherry',
  ])
  await page.ok('delete job -l jobgroup=jobexample')
  await page.leave()
}

/** The page "Job with Pod-to-Pod Communication", which stays in the namespace that its names have. */
export const talkingJobPage = async ({ ok }: TestCluster): Promise<void> => {
  await ok(['apply', '-f', join(root, 'test/fixtures/pages/jobs/pod-to-pod.yaml')])
  await ok('wait --for=condition=complete job/example-job --timeout=60s')
  for (const index of [0, 1, 2]) {
    const said = await ok(`logs -l batch.kubernetes.io/job-completion-index=${index},job-name=example-job --tail=-1`)
    for (const peer of [0, 1, 2])
      assert.match(said, new RegExp(`^Successfully resolved pod: example-job-${peer}\\.`, 'm'))
  }
  await ok('delete service/headless-svc job/example-job')
}

/** The page "Handling retriable and non-retriable pod failures with Pod failure policy", and success policies; some of it takes its time. */
export const jobPolicyPages = (cluster: TestCluster) => {
  let page: Page
  return {
    begin: async (): Promise<void> => {
      page = await pageOf(cluster, 'jobs', 'job-policies')
      await page.apply(
        'job-pod-failure-policy-failjob',
        'job-pod-failure-policy-config-issue',
        'job-backoff-limit-per-index-failindex',
      )
    },
    end: async (): Promise<void> => {
      const { ok, apply, field } = page
      await apply('job-pod-failure-policy-ignore', 'job-success-policy')
      const [broken = ''] = (
        await field('pods -l job-name=job-pod-failure-policy-config-issue', '{.items[*].metadata.name}')
      ).split(' ')
      await until('the image is not found', async () =>
        /ErrImagePull|ImagePullBackOff/.test(await ok(`get pod ${broken}`)),
      )
      const issue = {
        type: 'ConfigIssue',
        status: 'True',
        reason: 'NonExistingImage',
        lastTransitionTime: '2026-01-01T00:00:00Z',
      }
      await ok([
        'patch',
        'pod',
        broken,
        '--subresource=status',
        '-p',
        JSON.stringify({ status: { conditions: [issue] } }),
      ])
      await ok(`delete pod ${broken} --wait=false`)
      await ok('wait --for=condition=failed job/job-pod-failure-policy-config-issue --timeout=60s')
      assert.equal(
        await condition(page, 'job-pod-failure-policy-config-issue', 'Failed'),
        `PodFailurePolicy: Pod job-policies/${broken} has condition ConfigIssue matching FailJob rule at index 0`,
      )

      await ok('wait --for=condition=failed job/job-pod-failure-policy-failjob --timeout=90s')
      assert.match(
        await condition(page, 'job-pod-failure-policy-failjob', 'Failed'),
        /^PodFailurePolicy: Container main for pod job-policies\/job-pod-failure-policy-failjob-\w{5} failed with exit code 42 matching FailJob rule at index 0$/,
      )

      await ok('wait --for=condition=failed job/job-backoff-limit-per-index-failindex --timeout=90s')
      assert.match(
        await field(
          'job job-backoff-limit-per-index-failindex',
          '{.status.failedIndexes} {.status.completedIndexes} {.status.failed}',
        ),
        /^1,2 0,3 3$/,
      )
      await complete(page, 'job/job-success')
      assert.equal(
        await condition(page, 'job-success', 'SuccessCriteriaMet'),
        'SuccessPolicy: Matched rules at index 0',
      )

      const ignoring = 'job job-pod-failure-policy-ignore'
      await ok('wait --for=jsonpath={.status.ready}=2 job/job-pod-failure-policy-ignore --timeout=60s')
      const node = await field('nodes', '{.items[0].metadata.name}')
      try {
        const ours = '--pod-selector=job-name=job-pod-failure-policy-ignore'
        await cluster.ok(`drain nodes/${node} --ignore-daemonsets --grace-period=0 ${ours} --timeout=60s`)
      } finally {
        await cluster.ok(`uncordon nodes/${node}`)
      }
      await ok('wait --for=jsonpath={.status.ready}=2 job/job-pod-failure-policy-ignore --timeout=60s')
      assert.equal(await field(ignoring, '{.status.failed}{.status.conditions}'), '')
      await page.leave()
    },
  }
}
