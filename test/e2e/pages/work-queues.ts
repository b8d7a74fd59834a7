import assert from 'node:assert/strict'
import type { TestCluster } from '../cluster.ts'
import { pageOf } from './page.ts'
import type { Page } from './page.ts'

const items = ['apple', 'banana', 'cherry', 'date', 'fig', 'grape', 'lemon', 'melon', 'orange'] as const

/** Fills a queue from a shell in a pod of its own, which says how many items there are. */
const fill = ({ ok }: Page, server: string, queue: string, filling: readonly string[]): Promise<string> =>
  ok(
    'run -i temp --rm --quiet --restart=Never --image=busybox -- sh',
    `for item in ${filling.join(' ')}; do wget -qO- "http://${server}/cgi-bin/queue?${queue}=$item"; done
    echo "$(wget -qO- "http://${server}/cgi-bin/queue?${queue}?") items"
    exit\n`,
  )

const worked = async ({ ok }: Page, job: string): Promise<readonly string[]> =>
  [...(await ok(`logs -l job-name=${job} --tail=-1`)).matchAll(/^(?:Working on|Processing) (\w*)$/gm)]
    .map(([, item = '']) => item)
    .sort()

/** The pages "Coarse Parallel Processing Using a Work Queue" and "Fine Parallel Processing Using a Work Queue". */
export const workQueuePages = async (cluster: TestCluster): Promise<void> => {
  const page = await pageOf(cluster, 'work-queue', 'work-queue')
  const { ok, apply, field, leave } = page
  await apply('stand-ins', 'rabbitmq', 'redis')
  await ok('rollout status statefulset/rabbitmq --timeout=90s')
  await ok('wait --for=condition=Ready pod/redis-master --timeout=90s')

  assert.match(await fill(page, 'rabbitmq-service:5672', 'job1', items.slice(0, 8)), /^8 items$/m)
  await apply('job-wq-1')
  await ok('wait --for=condition=complete job/job-wq-1 --timeout=90s')
  assert.deepEqual(await worked(page, 'job-wq-1'), items.slice(0, 8))
  assert.match(await ok('describe job job-wq-1'), /^Pods Statuses: +0 Active \(0 Ready\) \/ 8 Succeeded \/ 0 Failed$/m)

  assert.match(await fill(page, 'redis:6379', 'job2', items), /^9 items$/m)
  await apply('job-wq-2')
  await ok('wait --for=condition=complete job/job-wq-2 --timeout=90s')
  assert.deepEqual(await worked(page, 'job-wq-2'), items)
  assert.equal(await field('job job-wq-2', '{.spec.completions}{.status.succeeded}'), '2')
  await leave()
}
