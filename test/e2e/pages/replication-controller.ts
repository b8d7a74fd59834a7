import assert from 'node:assert/strict'
import { until } from '../../faults/until.ts'
import type { TestCluster } from '../cluster.ts'
import { pageOf } from './page.ts'

/** The page "ReplicationController": its example, pods taken out and put back by their labels, and a roll-out by hand. */
export const replicationControllerPage = async (cluster: TestCluster): Promise<void> => {
  const { ok, apply, field, leave } = await pageOf(cluster, 'replication', 'replication')
  const names = async (selector: string): Promise<readonly string[]> =>
    (await field(`pods -l ${selector}`, '{.items[*].metadata.name}')).split(' ').filter(name => name !== '')
  const ownerOf = (pod: string): Promise<string> => field(`pod ${pod}`, '{.metadata.ownerReferences[*].name}')

  await apply('replication')
  await ok('wait --for=jsonpath={.status.readyReplicas}=3 rc/nginx --timeout=60s')
  assert.match(await ok('get rc'), /^nginx +3 +3 +3 /m)
  assert.match(
    await ok('describe replicationcontrollers/nginx'),
    /Replicas: +3 current \/ 3 desired\nPods Status: +3 Running \/ 0 Waiting \/ 0 Succeeded \/ 0 Failed\n[^]*SuccessfulCreate +.*replication-controller +Created pod: nginx-\w{5}\n/,
  )

  const [taken = ''] = await names('app=nginx')
  await ok(`label pod ${taken} app=debugged --overwrite`)
  await until('another takes its place', async () => (await names('app=nginx')).length === 3)
  assert.equal(await ownerOf(taken), '')
  await ok('wait --for=jsonpath={.status.readyReplicas}=3 rc/nginx --timeout=60s')
  await ok(`label pod ${taken} app=nginx --overwrite`)
  await until('one is too many', async () => (await names('app=nginx')).length === 3)
  await ok('wait --for=jsonpath={.status.replicas}=3 rc/nginx --timeout=30s')

  const next = JSON.stringify({
    apiVersion: 'v1',
    kind: 'ReplicationController',
    metadata: { name: 'nginx-2' },
    spec: {
      replicas: 0,
      selector: { app: 'nginx', track: 'next' },
      template: {
        metadata: { labels: { app: 'nginx', track: 'next' } },
        spec: { containers: [{ name: 'nginx', image: 'nginx:2' }] },
      },
    },
  })
  await ok('label pods -l app=nginx track=stable')
  await ok([
    'patch',
    'rc',
    'nginx',
    '--type=merge',
    '-p',
    '{"spec":{"selector":{"app":"nginx","track":"stable"},"template":{"metadata":{"labels":{"track":"stable"}}}}}',
  ])
  await ok('apply -f -', next)
  for (const [more, fewer] of [
    [1, 2],
    [2, 1],
    [3, 0],
  ] as const) {
    await ok(`scale rc nginx-2 --replicas=${more}`)
    await ok(`wait --for=jsonpath={.status.readyReplicas}=${more} rc/nginx-2 --timeout=60s`)
    await ok(`scale rc nginx --replicas=${fewer}`)
    assert.equal((await names('track=next')).length, more)
  }
  await until('the first ones are gone', async () => (await names('track=stable')).length === 0)

  await ok('delete rc nginx-2 --cascade=orphan')
  const left = await names('track=next')
  assert.equal(left.length, 3)
  assert.equal(await ownerOf(left[0] ?? ''), '')
  await ok('apply -f -', next.replace('"replicas":0', '"replicas":3'))
  await until('they are taken up again', async () => (await ownerOf(left[0] ?? '')) === 'nginx-2')
  assert.deepEqual(await names('track=next'), left)
  await leave()
}
