/**
 * The figures of a whole cluster, started as a user would start it; from the creates on with hollow nodes: nothing of containers
 * is measured there. Run: `npx tsx test/bench/main.ts cluster.ts`. Floors are measured in the same run on the same NATS server.
 */
import { removeCluster, testCluster } from '../e2e/cluster.ts'
import { apiClient } from './api-client.ts'
import { createPods, measureCreates } from './cluster/creates.ts'
import { natsBus } from './cluster/nats-bus.ts'
import { measureLists, measureWatches } from './cluster/reads.ts'
import { measureReplay } from './cluster/replaying.ts'
import { report } from './cluster/report.ts'
import { measureScale } from './cluster/scale.ts'
import { measureStart } from './cluster/starting.ts'

const figures = report()
await measureStart(figures)
const cluster = testCluster({ PERIPLUS_RUNTIME: 'hollow' })
try {
  const { code, stdout, stderr } = await cluster.periplus('up')
  if (code !== 0) throw new Error(stderr + stdout)
  const client = apiClient(cluster.home)
  const bus = await natsBus(cluster.home)
  const pids = cluster.processes()
  const created = await measureCreates(client, bus, pids, figures)
  await createPods(client, 'more', 10_000 - created)
  await measureLists(client, figures)
  await measureWatches(client, figures)
  await measureScale(cluster, client, pids, figures)
  await bus.close()
  client.close()
  await measureReplay(cluster.home, 11_000, figures)
} finally {
  figures.print()
  await removeCluster(cluster)
}
