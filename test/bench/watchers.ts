/**
 * What clients in Go take of watches and lists, in protobuf, and what that costs the control plane; against a server of Node's own that
 * only writes. Run: `npx tsx test/bench/main.ts watchers.ts`; `PODS`, `EVENTS` and `WATCHERS` say how many.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { removeCluster, root, testCluster } from '../e2e/cluster.ts'
import { apiClient } from './api-client.ts'
import { createPods } from './cluster/creates.ts'
import { inFlight, table } from './measure.ts'
import { cpuSeconds } from './processes.ts'
import { startFloor } from './watchers/floor.ts'
import { goClient } from './watchers/go-client.ts'
import type { GoFigures } from './watchers/go-client.ts'

const pods = Number(process.env['PODS'] ?? 9_300)
const events = Number(process.env['EVENTS'] ?? 1_000)
const watchers = Number(process.env['WATCHERS'] ?? 100)

const configMap = (at: number) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: `watched-${at}`, namespace: 'default' },
  data: { filler: 'x'.repeat(500) },
})

interface Delivered extends GoFigures {
  /** Of the server, in milliseconds. */
  readonly server: number
}

const rows: (readonly string[])[] = []
const perDelivery = (cost: number, { objects }: GoFigures): string => (cost / objects).toFixed(4)
const tell = (what: string, one: Delivered): void =>
  void rows.push([
    what,
    ((one.objects / one.milliseconds) * 1000).toFixed(0),
    perDelivery(one.server, one),
    perDelivery(one.cpuMilliseconds, one),
  ])

const directory = mkdtempSync(join(tmpdir(), 'pp-watchers-'))
const client = goClient(root, directory)
if (!client) {
  console.log('there is no Go on the PATH, which the client is compiled with')
  process.exit(0)
}

const floor = await startFloor(directory)
const frames = Array.from({ length: events }, (_, at) =>
  Buffer.from(`${JSON.stringify({ type: 'ADDED', object: configMap(at) })}\n`),
)
const before = process.cpuUsage()
const least = await client.watch(floor.kubeconfig, watchers, events, () => floor.write(frames))
const { user, system } = process.cpuUsage(before)
floor.close()
const leastServer = (user + system) / 1000
tell(`${watchers} watchers of a server that only writes`, { ...least, server: leastServer })

const cluster = testCluster({ PERIPLUS_RUNTIME: 'hollow' })
try {
  const { code, stdout, stderr } = await cluster.periplus('up')
  if (code !== 0) throw new Error(stderr + stdout)
  const kubeconfig = join(cluster.home, 'kubeconfig')
  const api = apiClient(cluster.home)
  const pid = cluster.processes()['control-plane'] ?? NaN
  const path = '/api/v1/namespaces/default/configmaps'
  let made = 0
  const make = (count: number): Promise<void> => {
    const first = made
    made += count
    return inFlight(64, count, at => api.post(path, configMap(first + at)))
  }
  await make(500)
  const alone = cpuSeconds(pid)
  await make(events)
  const writes = (cpuSeconds(pid) - alone) * 1000
  const begun = cpuSeconds(pid)
  const taken = await client.watch(kubeconfig, watchers, events, () => make(events))
  const server = (cpuSeconds(pid) - begun) * 1000 - writes
  tell(`${watchers} watchers of ${events} new ConfigMaps, 64 in flight`, { ...taken, server })
  table(['what', 'deliveries/s', 'ms CPU each, server (writes aside)', 'ms CPU each, client'], rows)
  console.log(`CPU of a delivery: ${(server / leastServer).toFixed(2)} of the floor`)
  await createPods(api, 'pod', pods)
  const lists = (await client.list(kubeconfig, 7)).map(({ milliseconds }) => milliseconds).toSorted((a, b) => a - b)
  console.log(
    `a Go client has ${pods} pods decoded after ${lists[0]?.toFixed(0)} ms at best, ${lists[3]?.toFixed(0)} in the median of 7`,
  )
  api.close()
} finally {
  await removeCluster(cluster)
  rmSync(directory, { recursive: true })
}
