/**
 * How long a node's packet filter takes to be as the services want it: at the first load of many, and when one endpoint of one service
 * changes, against the bare price of a program that asks the kernel for a name. In a network of its own. As root, with nftables.
 * Run: `npx tsx test/bench/main.ts service-rules.ts`.
 */
import { execFileSync } from 'node:child_process'
import { eventOf } from '@periplus/controller'
import { EndpointSlice, Service } from '@periplus/kinds'
import { memoryFlows, nftablesDataplane } from '@periplus/net'
import type { Dataplane } from '@periplus/net'
import { openNamespace } from '@periplus/net/contract'
import { mutableCut } from '@periplus/projection'
import { logger } from '@periplus/service'
import { start } from '@periplus/service-proxy'
import { right, table } from './measure.ts'

const endpointsEach = 5
const changes = 200

const service = (n: number): Service => {
  const ip = `10.${96 + (n >> 14)}.${(n >> 6) & 255}.${(n & 63) + 1}`
  const ports = [{ name: 'http', port: 80, protocol: 'TCP' }]
  const metadata = { name: `s-${n}`, namespace: 'bench', uid: `service-${n}` }
  return { apiVersion: 'v1', kind: 'Service', metadata, spec: { clusterIP: ip, clusterIPs: [ip], ports } }
}

const slice = (n: number, endpoints: number): EndpointSlice => ({
  apiVersion: 'discovery.k8s.io/v1',
  kind: 'EndpointSlice',
  metadata: {
    ...{ name: `s-${n}-x`, namespace: 'bench', uid: `slice-${n}` },
    labels: { 'kubernetes.io/service-name': `s-${n}` },
  },
  addressType: 'IPv4',
  ports: [{ name: 'http', port: 8080, protocol: 'TCP' }],
  endpoints: Array.from({ length: endpoints }, (_, i) => ({
    addresses: [`10.${200 + (n >> 8)}.${n & 255 || i >> 8}.${i & 255}`],
    conditions: { ready: true },
  })),
})

const quantile = (sorted: readonly number[], part: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? NaN

const namespace = await openNamespace()
const bare = Array.from({ length: 50 }, () => {
  const begin = performance.now()
  const [program = '', ...args] = [...namespace.prefix, 'nft', 'list', 'tables']
  execFileSync(program, args)
  return performance.now() - begin
}).sort((a, b) => a - b)

const rows: (readonly (string | number)[])[] = []
for (const [services, endpoints] of [
  [1000, endpointsEach],
  [5000, endpointsEach],
  [1, 5000],
] as const) {
  const cut = mutableCut()
  const previous = new Map<number, number>()
  const put = (n: number, of: number): void => {
    const before = previous.get(n) ?? 0
    const sequence = cut.sequence + 1
    previous.set(n, sequence)
    cut.apply([eventOf(sequence, EndpointSlice, slice(n, of), before === 0 ? 'created' : 'spec-changed', before)])
  }
  for (let n = 0; n < services; n++) {
    cut.apply([eventOf(cut.sequence + 1, Service, service(n), 'created', 0)])
    put(n, endpoints)
  }
  const kernel = nftablesDataplane({ table: 'bench', prefix: namespace.prefix })
  const written: number[] = []
  const dataplane: Dataplane = {
    ...kernel,
    apply: async ruleset => {
      const applied = await kernel.apply(ruleset)
      written.push(right(applied).bytes)
      return applied
    },
  }
  const begin = performance.now()
  const proxy = start({
    ...{ cut, dataplane, flows: memoryFlows([]), log: logger('bench', { write: () => undefined }) },
    network: {
      ...{ nodeName: 'here', podCidr: '10.244.0.0/16', serviceCidr: '10.96.0.0/12' },
      ...{ bridge: 'pods', gateway: '10.244.0.1' },
    },
    onBug: error => {
      throw error
    },
  })
  await proxy.settled()
  const load = performance.now() - begin
  const [loaded = 0] = written
  written.length = 0
  const times: number[] = []
  const before = process.cpuUsage()
  for (let i = 0; i < changes; i++) {
    const from = performance.now()
    put((i * 7) % services, endpoints - (Math.floor((i * 7) / services) % 2 === 0 ? 1 : 0))
    await proxy.settled()
    times.push(performance.now() - from)
  }
  const { user, system } = process.cpuUsage(before)
  times.sort((a, b) => a - b)
  rows.push([
    ...[`${services} x ${endpoints}`, load.toFixed(0), Math.round(loaded / 1024)],
    ...[quantile(times, 0.5).toFixed(1), quantile(times, 0.99).toFixed(1)],
    (quantile(times, 0.5) / quantile(bare, 0.5)).toFixed(1),
    ...[((user + system) / changes / 1000).toFixed(1), Math.round(written.reduce((a, b) => a + b, 0) / changes)],
  ])
  await proxy.stop()
  await kernel.clear()
}
await namespace.close()

console.log(`asking the kernel for its tables: ${quantile(bare, 0.5).toFixed(1)} ms at the median`)
table(['services x endpoints', 'first load ms', 'KB', 'change p50 ms', 'p99', 'x bare', 'own CPU ms', 'bytes'], rows)
