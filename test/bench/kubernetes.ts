/**
 * Writes, lists and watches of ConfigMaps beside a kube-apiserver on etcd, both with their defaults, which sync each write, under the same
 * clients in the same run: each measure is taken of the one and then of the other. Both are compiled from Kubernetes' modules, once.
 * Run: `npx tsx test/bench/main.ts kubernetes.ts`.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { E } from '@periplus/prelude'
import { installedHome, removeCluster, root, testCluster } from '../e2e/cluster.ts'
import { compiled, hasGo } from './kubernetes/go-programs.ts'
import { startKubeApiserver } from './kubernetes/kube-apiserver.ts'
import type { Server } from './kubernetes/kube-apiserver.ts'
import { load } from './kubernetes/load.ts'
import { forgetPeaks, peakMiB } from './kubernetes/peak-memory.ts'
import { startPeriplus } from './kubernetes/periplus.ts'
import { table } from './measure.ts'
import { cpuDuring } from './processes.ts'

if (!hasGo()) {
  console.log('there is no Go on the PATH, which kube-apiserver, etcd and the clients are compiled with')
  process.exit(0)
}
const programs = join(installedHome(), 'tools/bench')
const program = (module: string, path: string, name: string): string => {
  const made = compiled(join(root, 'test/bench', module), path, join(programs, name))
  if (E.isLeft(made)) throw new Error(made.left)
  return made.right
}
console.log('kube-apiserver and etcd are compiled where that was not done before: about ten minutes on two cores')
const client = program('go-client', './load', 'load')
const etcd = program('kubernetes/servers', 'go.etcd.io/etcd/server/v3', 'etcd')
const apiserver = program('kubernetes/servers', 'k8s.io/kubernetes/cmd/kube-apiserver', 'kube-apiserver')

const directory = mkdtempSync(join(tmpdir(), 'pp-kubernetes-'))
const cluster = testCluster({ PERIPLUS_RUNTIME: 'hollow' })
const servers: (readonly [name: string, server: Server])[] = []

type Words = readonly (string | number)[]
const rows: (readonly string[])[] = []

/** One load, put on each of the servers in turn. CPU is of the API server's process and its store, for one operation. */
const measure = async (what: string, ...words: Words): Promise<void> => {
  for (const [name, { kubeconfig, pids }] of servers) {
    const all = Object.values(pids)
    forgetPeaks(all)
    const outcome: { figures?: Awaited<ReturnType<typeof load>> } = {}
    const cpu = await cpuDuring(pids, async () => void (outcome.figures = await load(client, kubeconfig, ...words)))
    const { figures } = outcome
    if (!figures) throw new Error('the load said nothing')
    const { apiserver: own = 0, ...store } = cpu
    const each = (milliseconds: number): string => (milliseconds / figures.operations).toFixed(3)
    const stored = Object.values(store).reduce((sum, one) => sum + one, 0)
    rows.push([
      ...[what, name, ((figures.operations / figures.milliseconds) * 1000).toFixed(0)],
      ...[figures.p50.toFixed(1), figures.p99.toFixed(1), `${each(own)} + ${each(stored)}`],
      ...[peakMiB(all).toFixed(0), String(figures.lost), String(figures.refused)],
    ])
    console.log(rows.at(-1)?.join(' | '))
  }
}

try {
  servers.push(['periplus', await startPeriplus(cluster)])
  servers.push(['kube-apiserver', await startKubeApiserver({ etcd, apiserver }, directory)])
  await measure('creates, not counted (code that is new)', 'create', 64, 2_000)
  for (const [clients, count] of [
    [1, 500],
    [64, 3_000],
    [256, 3_000],
    [1_000, 4_000],
  ] as const)
    await measure(`creates, ${clients} clients`, 'create', clients, count)
  for (const clients of [64, 256]) await measure(`updates, ${clients} clients`, 'update', clients, 3_000)
  for (const format of ['json', 'protobuf']) await measure(`lists of all, ${format}`, 'list', format, 1, 7)
  for (const format of ['json', 'protobuf']) await measure(`ten lists at once, ${format}`, 'list', format, 10, 2)
  for (const [watchers, events] of [
    [25, 2_000],
    [100, 1_000],
    [1_000, 300],
  ] as const)
    await measure(`${watchers} watchers of creations`, 'churn', watchers, events)
} finally {
  table(
    ['what', 'server', 'a second', 'p50 ms', 'p99 ms', 'CPU ms, server + store', 'peak MiB', 'lost', 'tried again'],
    rows,
  )
  for (const [, server] of servers.toReversed()) await server.stop()
  await removeCluster(cluster)
  rmSync(directory, { recursive: true })
}
