/**
 * Pods of mixed workloads (Deployments, StatefulSets, DaemonSets, Jobs) on hollow nodes, from the creation of the workloads until all pods
 * run: 10,000 on 1,000 nodes; `PODS=1000 NODES=100` for less. What the nodes cost before there are pods is told besides, as it grows with the
 * time that all takes. Run: `npx tsx test/bench/main.ts workloads.ts`.
 */
import { once } from 'node:events'
import { removeCluster, testCluster } from '../e2e/cluster.ts'
import { apiClient } from './api-client.ts'
import type { ApiClient } from './api-client.ts'
import { hollowNodes } from './cluster/hollow-nodes.ts'
import { report } from './cluster/report.ts'
import { cpuDuring, proportionalMiB } from './processes.ts'
import { mixOf } from './workloads/mix.ts'
import type { Share } from './workloads/mix.ts'

const nodes = Number(process.env['NODES'] ?? 1_000)
const pods = Number(process.env['PODS'] ?? 10_000)

/** Seconds for which nodes are looked at that have nothing to do. */
const idleSeconds = 30

/** The log's head, as a list of few objects tells it. */
const headOf = async (client: ApiClient): Promise<number> => {
  const { body } = await client.get('/api/v1/namespaces')
  return Number((JSON.parse(body.toString()) as { metadata: { resourceVersion: string } }).metadata.resourceVersion)
}

/** Seconds from now until all pods of each kind of workload run. */
const allRunning = (client: ApiClient, shares: readonly Share[]): Promise<ReadonlyMap<string, number>> =>
  new Promise(resolve => {
    const begun = performance.now()
    const running = new Map(shares.map(({ kind }) => [kind, new Set<string>()]))
    const seconds = new Map<string, number>()
    const stop = client.lines('/api/v1/namespaces/default/pods?watch=true', text => {
      const { metadata, status } = (
        JSON.parse(text) as {
          object: { metadata: { name: string; labels?: Record<string, string> }; status?: { phase?: string } }
        }
      ).object
      const kind = metadata.labels?.['kind'] ?? ''
      const names = running.get(kind)
      if (!names || status?.phase !== 'Running') return
      names.add(metadata.name)
      const wanted = shares.find(share => share.kind === kind)?.pods ?? 0
      if (names.size < wanted || seconds.has(kind)) return
      seconds.set(kind, (performance.now() - begun) / 1000)
      if (seconds.size < shares.length) return
      stop()
      resolve(seconds)
    })
  })

// The cluster's own node takes DaemonSets' pods, too. What cannot be measured is refused before anything starts.
const shares = mixOf(pods, nodes + 1)
const figures = report()
const cluster = testCluster({ PERIPLUS_RUNTIME: 'hollow' })
try {
  const { code, stdout, stderr } = await cluster.periplus('up')
  if (code !== 0) throw new Error(stderr + stdout)
  const client = apiClient(cluster.home)
  const begun = performance.now()
  const hollow = await hollowNodes(cluster, nodes)
  const ended = once(hollow, 'exit').then(([code, signal]) =>
    Promise.reject(new Error(`the hollow nodes ended: ${String(signal ?? code)}`)),
  )
  ended.catch(() => undefined)
  figures.row(`${nodes} hollow nodes, until all are there`, `${((performance.now() - begun) / 1000).toFixed(1)} s`)
  const pids = { ...cluster.processes(), hollow: hollow.pid ?? 0 }
  const quiet = await headOf(client)
  const idle = await cpuDuring(pids, () => new Promise(resolve => setTimeout(resolve, idleSeconds * 1000)))
  const beats = (await headOf(client)) - quiet
  figures.row('  events of theirs on the log, with nothing to do', `${(beats / idleSeconds).toFixed(0)} a second`)
  for (const [name, milliseconds] of Object.entries(idle))
    figures.row(`  CPU of ${name} meanwhile`, `${(milliseconds / idleSeconds).toFixed(0)} ms a second`)
  let seconds: ReadonlyMap<string, number> = new Map()
  const from = await headOf(client)
  const cpu = await cpuDuring(pids, async () => {
    const done = allRunning(client, shares)
    for (const { path, objects } of shares) await Promise.all(objects.map(object => client.post(path, object)))
    seconds = await Promise.race([done, ended])
  })
  const total = shares.reduce((sum, share) => sum + share.pods, 0)
  const last = Math.max(...seconds.values())
  figures.row(`${total} pods of mixed workloads, create to all Running`, `${last.toFixed(1)} s`, '60 s')
  for (const { kind, pods: own, objects } of shares)
    figures.row(`  ${own} pods of ${objects.length} ${kind}s`, `${(seconds.get(kind) ?? 0).toFixed(1)} s`)
  figures.row('  events on the log', `${(((await headOf(client)) - from) / total).toFixed(1)} a pod`)
  for (const [name, milliseconds] of Object.entries(cpu))
    figures.row(
      `  CPU of ${name}`,
      `${(milliseconds / 1000).toFixed(1)} s, ${(milliseconds / total).toFixed(2)} ms a pod`,
    )
  for (const [name, pid] of Object.entries(pids))
    figures.row(`  memory of ${name}`, `${Math.round(proportionalMiB(pid))} MiB`)
  client.close()
  hollow.kill('SIGTERM')
  await once(hollow, 'exit')
} finally {
  figures.print()
  await removeCluster(cluster)
}
