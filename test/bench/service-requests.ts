/**
 * What a service costs those who ask: connections a second and their times from a pod to another one, straight and over a service among
 * 1,000, each with a question and an answer, in networks of their own. As root, with nftables.
 * Run: `npx tsx test/bench/main.ts service-requests.ts`.
 */
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { eventOf } from '@periplus/controller'
import { EndpointSlice, Service } from '@periplus/kinds'
import { memoryFlows, nftablesDataplane } from '@periplus/net'
import { mutableCut } from '@periplus/projection'
import { logger } from '@periplus/service'
import { start } from '@periplus/service-proxy'
import { openStage } from '../../services/service-proxy/test/stage.ts'
import type { Place } from '../../services/service-proxy/test/stage.ts'
import { table } from './measure.ts'

const services = 1_000
const connections = 3_000
const rounds = 5

/** Connects so many times, eight at once; prints seconds in all and the times of each in milliseconds. */
const client = `
const { host, port, count } = JSON.parse(process.argv[1])
const times = []
let next = 0
const one = () => new Promise((resolve, reject) => {
  const begin = performance.now()
  require('net').connect({ host, port }).on('data', () => {}).on('error', reject)
    .on('end', () => resolve(times.push(performance.now() - begin)))
})
const worker = async () => { while (next++ < count) await one() }
const begin = performance.now()
Promise.all(Array.from({ length: 8 }, worker)).then(() =>
  console.log(JSON.stringify({ seconds: (performance.now() - begin) / 1000, times })))`

interface Asked {
  readonly seconds: number
  readonly times: readonly number[]
}

const ask = async ({ namespace }: Place, host: string, port: number): Promise<Asked> => {
  const question = JSON.stringify({ host, port, count: connections })
  const [program = '', ...args] = [...namespace.prefix, process.execPath, '-e', client, question]
  const { stdout } = await promisify(execFile)(program, args, { maxBuffer: 2 ** 24 })
  return JSON.parse(stdout) as Asked
}

const addressOf = (n: number): string => `10.96.${n >> 8}.${n & 255 || 1}`
const serviceOf = (n: number): Service => ({
  ...{ apiVersion: 'v1', kind: 'Service', metadata: { name: `s-${n}`, namespace: 'bench', uid: `service-${n}` } },
  spec: {
    ...{ clusterIP: addressOf(n), clusterIPs: [addressOf(n)] },
    ports: [{ name: 'http', port: 80, protocol: 'TCP' }],
  },
})
const sliceOf = (n: number, ip: string): EndpointSlice => ({
  ...{ apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice', addressType: 'IPv4' },
  metadata: {
    ...{ name: `s-${n}-x`, namespace: 'bench', uid: `slice-${n}` },
    labels: { 'kubernetes.io/service-name': `s-${n}` },
  },
  ports: [{ name: 'http', port: 8080, protocol: 'TCP' }],
  endpoints: [{ addresses: [ip], conditions: { ready: true } }],
})

const stage = await openStage()
try {
  const server = await stage.pod('server', '10.244.1.2')
  const asking = await stage.pod('client', '10.244.1.3')
  const cut = mutableCut()
  for (let n = 1; n <= services; n++) {
    cut.apply([eventOf(cut.sequence + 1, Service, serviceOf(n), 'created', 0)])
    cut.apply([eventOf(cut.sequence + 1, EndpointSlice, sliceOf(n, server.ip), 'created', 0)])
  }
  const proxy = start({
    ...{ cut, flows: memoryFlows([]), log: logger('bench', { write: () => undefined }) },
    dataplane: nftablesDataplane({ table: 'bench', prefix: stage.node.namespace.prefix }),
    network: {
      ...{ nodeName: 'here', podCidr: '10.244.1.0/24', serviceCidr: '10.96.0.0/16' },
      ...{ bridge: 'pods', gateway: '10.244.1.1' },
    },
    onBug: error => {
      throw error
    },
  })
  await proxy.settled()
  const ways = { straight: [server.ip, 8080], 'over a service': [addressOf(services / 2), 80] } as const
  const found = new Map<string, Asked[]>()
  // In turn, so that what else the machine does is in both.
  for (let round = 0; round < rounds; round++)
    for (const [name, [host, port]] of Object.entries(ways))
      found.set(name, [...(found.get(name) ?? []), await ask(asking, host, port)])
  await proxy.stop()
  const middle = (numbers: readonly number[], part = 0.5): number =>
    [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length * part)] ?? NaN
  const rates = [...found].map(([name, runs]) => ({
    name,
    rate: middle(runs.map(({ seconds }) => connections / seconds)),
    times: runs.flatMap(({ times }) => times),
  }))
  table(
    ['way', 'connections/s', 'p50 ms', 'p99 ms', 'ratio'],
    rates.map(({ name, rate, times }) => [
      ...[name, Math.round(rate), middle(times).toFixed(2), middle(times, 0.99).toFixed(2)],
      (rate / (rates[0]?.rate ?? NaN)).toFixed(3),
    ]),
  )
} finally {
  await stage.close()
}
