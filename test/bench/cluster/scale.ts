import { once } from 'node:events'
import type { TestCluster } from '../../e2e/cluster.ts'
import type { ApiClient } from '../api-client.ts'
import { cpuDuring } from '../processes.ts'
import { hollowNodes } from './hollow-nodes.ts'
import type { Report } from './report.ts'

const replicas = 1_000

const deployment = (name: string) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name },
  spec: {
    replicas,
    selector: { matchLabels: { app: name } },
    template: { metadata: { labels: { app: name } }, spec: { containers: [{ name: 'web', image: 'nginx:1.7.9' }] } },
  },
})

/** Resolves when so many pods with this label are Running. */
const allRunning = (client: ApiClient, app: string): Promise<void> =>
  new Promise(resolve => {
    const names = new Set<string>()
    client.lines(`/api/v1/namespaces/default/pods?watch=true&labelSelector=app%3D${app}`, text => {
      const { object } = JSON.parse(text) as { object: { metadata: { name: string }; status?: { phase?: string } } }
      if (object.status?.phase === 'Running') names.add(object.metadata.name)
      if (names.size === replicas) resolve()
    })
  })

/** 1,000 pods of one Deployment on 100 hollow nodes, from its creation until all of them run. */
export const measureScale = async (
  cluster: TestCluster,
  client: ApiClient,
  pids: Readonly<Record<string, number>>,
  { row }: Report,
): Promise<void> => {
  const hollow = await hollowNodes(cluster, 100)
  const done = allRunning(client, 'scale')
  const begun = performance.now()
  const cpu = await cpuDuring({ ...pids, hollow: hollow.pid ?? 0 }, async () => {
    await client.post('/apis/apps/v1/namespaces/default/deployments', deployment('scale'))
    await done
  })
  const seconds = ((performance.now() - begun) / 1000).toFixed(1)
  row('1,000 pods on 100 hollow nodes, create to all Running', `${seconds} s`, '10 s')
  const used = (name: string): string => ((cpu[name] ?? 0) / 1000).toFixed(1)
  row(
    'CPU of that, control plane / hollow nodes / node / NATS',
    `${used('control-plane')} / ${used('hollow')} / ${used('node')} / ${used('nats')} s`,
  )
  hollow.kill('SIGTERM')
  await once(hollow, 'exit')
}
