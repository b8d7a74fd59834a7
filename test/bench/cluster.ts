/**
 * The figures of a whole cluster, started as a user would start it, with hollow nodes: nothing of containers is measured here.
 * Run: `npx tsx test/bench/cluster.ts`. Floors are measured in the same run on the same NATS server.
 */
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { connectBus } from '@periplus/bus'
import type { Bus } from '@periplus/bus'
import { Pod } from '@periplus/kinds'
import { jetStreamEventLog, jetStreamRecordStream } from '@periplus/log'
import { recordedDecisions } from '@periplus/controller'
import type { DecisionRecord } from '@periplus/controller'
import { mutableCut } from '@periplus/projection'
import { redecide } from '@periplus/replay'
import { controllersOf } from '../../services/cli/src/up/controllers.ts'
import { removeCluster, testCluster } from '../e2e/cluster.ts'
import { apiClient } from './api-client.ts'
import { rate, right, table } from './measure.ts'
import { cpuDuring, proportionalMiB } from './processes.ts'

const cluster = testCluster({ PERIPLUS_RUNTIME: 'hollow' })
const filler = 'x'.repeat(1_700)

const inFlight = async (width: number, count: number, task: (index: number) => Promise<unknown>): Promise<void> => {
  let next = 0
  const worker = async (): Promise<void> => {
    for (let index = next++; index < count; index = next++) await task(index)
  }
  await Promise.all(Array.from({ length: width }, worker))
}

const quantile = (sorted: readonly number[], q: number): number => sorted[Math.floor((sorted.length - 1) * q)] ?? NaN
const ms = (value: number): string => value.toFixed(1)

const podOf = (name: string) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace: 'default', labels: { app: 'bench' }, annotations: { filler } },
  spec: {
    schedulerName: 'nobody',
    containers: [{ name: 'web', image: 'nginx:1.7.9', ports: [{ containerPort: 80 }] }],
  },
})

const natsBus = async (): Promise<Bus> => {
  const line = (name: string): string => readFileSync(join(cluster.home, 'nats', name), 'utf8').trim()
  const servers = `127.0.0.1:${line('nats.port')}`
  return right(await connectBus({ servers, user: 'periplus', password: line('nats.password'), name: 'bench' }))
}

/** What the server itself gives: the same compare-and-set, 64 in flight, bodies of the same size. */
const publishCeiling = async (bus: Bus): Promise<number> => {
  const made = await bus.jetstream.ensure({
    name: 'CEILING',
    subjects: ['ceiling.>'],
    replicas: 1,
    maxAgeMilliseconds: 0,
    maxBytes: -1,
    duplicateWindowMilliseconds: 120_000,
    rollup: false,
    denyDelete: false,
    durability: 'synced',
  })
  right(made)
  const body = Buffer.from(JSON.stringify({ ...podOf('ceiling'), status: { filler: 'x'.repeat(900) } }))
  return rate(2_000, () =>
    inFlight(64, 2_000, async index => {
      const headers = [
        ['Nats-Msg-Id', `ceiling-${index}`],
        ['Nats-Expected-Last-Subject-Sequence', '0'],
      ] as const
      const answer = await bus.jetstream.publish({ subject: `ceiling.${index}`, headers, data: body })
      if (answer.tag !== 'Stored') throw new Error(JSON.stringify(answer))
    }),
  )
}

const rows: (readonly (string | number)[])[] = []
const row = (what: string, figure: string, aim: string): void => void rows.push([what, figure, aim])

const begun = performance.now()
const started = await cluster.periplus('up')
if (started.code !== 0) throw new Error(started.stderr + started.stdout)
row('first up, node Ready', `${((performance.now() - begun) / 1000).toFixed(1)} s`, '')
await cluster.periplus('down')
const again = performance.now()
await cluster.periplus('up')
row('up on built code, node Ready', `${((performance.now() - again) / 1000).toFixed(1)} s`, '3 s')

try {
  const client = apiClient(cluster.home)
  const pids = cluster.processes()
  const memory = Object.values(pids).reduce((sum, pid) => sum + proportionalMiB(pid), 0)
  row('memory of all processes, idle (proportional)', `${memory.toFixed(0)} MiB`, '400 MB with containerd')

  const bus = await natsBus()
  const ceiling = await publishCeiling(bus)
  let creates = 0
  const cpu = await cpuDuring(pids, async () => {
    creates = await rate(2_000, () =>
      inFlight(64, 2_000, i => client.post('/api/v1/namespaces/default/pods', podOf(`pod-${i}`))),
    )
  })
  row('compare-and-set publishes/s, 64 in flight (floor)', ceiling.toFixed(0), '')
  row('API creates/s, 64 in flight', `${creates.toFixed(0)} (${(creates / ceiling).toFixed(2)} of the floor)`, '0.5')
  row(
    'CPU per create, control plane / NATS',
    `${((cpu['control-plane'] ?? 0) / 2_000).toFixed(2)} / ${((cpu['nats'] ?? 0) / 2_000).toFixed(2)} ms`,
    '',
  )

  await inFlight(64, 8_000, i => client.post('/api/v1/namespaces/default/pods', podOf(`pod-${i + 2_000}`)))
  const lists: number[] = []
  let bytes = 0
  for (let i = 0; i < 7; i++) {
    const { milliseconds, body } = await client.get('/api/v1/pods')
    lists.push(milliseconds)
    bytes = body.length
  }
  lists.sort((a, b) => a - b)
  row(
    'list of 10,000 pods, median of 7',
    `${ms(quantile(lists, 0.5))} ms (${(bytes / 1e6).toFixed(0)} MB over TLS)`,
    '',
  )

  const seen: number[] = []
  const sent = new Map<string, number>()
  const stops = Array.from({ length: 100 }, () =>
    client.lines('/api/v1/namespaces/default/configmaps?watch=true', text => {
      const name = /"name":"(watched-\d+)"/.exec(text)?.[1]
      const at = name === undefined ? undefined : sent.get(name)
      if (at !== undefined) seen.push(performance.now() - at)
    }),
  )
  await client.get('/api/v1/namespaces/default/configmaps')
  for (let i = 0; i < 100; i++) {
    sent.set(`watched-${i}`, performance.now())
    await client.post('/api/v1/namespaces/default/configmaps', {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: `watched-${i}` },
    })
  }
  while (seen.length < 100 * 100) await new Promise(resolve => setImmediate(resolve))
  stops.forEach(stop => stop())
  seen.sort((a, b) => a - b)
  row(
    'watch, from POST to each of 100 watchers, p50 / p99',
    `${ms(quantile(seen, 0.5))} / ${ms(quantile(seen, 0.99))} ms`,
    '',
  )

  const hollow = cluster.start('periplus', ['serve', 'hollow-nodes', '100'])
  const readyPath = join(cluster.home, 'logs/hollow-nodes.ready')
  while (!existsSync(readyPath)) {
    if (hollow.exitCode !== null) throw new Error('the hollow nodes ended')
    await new Promise(resolve => setTimeout(resolve, 50))
  }
  let running = 0
  const names = new Set<string>()
  const done = new Promise<void>(resolve => {
    client.lines('/api/v1/namespaces/default/pods?watch=true&labelSelector=app%3Dscale', text => {
      const { object } = JSON.parse(text) as { object: { metadata: { name: string }; status?: { phase?: string } } }
      if (object.status?.phase === 'Running') names.add(object.metadata.name)
      running = names.size
      if (running >= 1_000) resolve()
    })
  })
  const at = performance.now()
  const scaleCpu = await cpuDuring({ ...pids, hollow: hollow.pid ?? 0 }, async () => {
    await client.post('/apis/apps/v1/namespaces/default/deployments', {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'scale' },
      spec: {
        replicas: 1_000,
        selector: { matchLabels: { app: 'scale' } },
        template: {
          metadata: { labels: { app: 'scale' } },
          spec: { containers: [{ name: 'web', image: 'nginx:1.7.9' }] },
        },
      },
    })
    await done
  })
  row(
    '1,000 pods on 100 hollow nodes, create to all Running',
    `${((performance.now() - at) / 1000).toFixed(1)} s`,
    '10 s',
  )
  row(
    'CPU of that, control plane / nodes / NATS',
    `${((scaleCpu['control-plane'] ?? 0) / 1000).toFixed(1)} / ${((scaleCpu['hollow'] ?? 0) / 1000).toFixed(1)} / ${((scaleCpu['nats'] ?? 0) / 1000).toFixed(1)} s`,
    '',
  )
  hollow.kill('SIGTERM')
  await once(hollow, 'exit')

  const log = right(await jetStreamEventLog(bus, { cluster: 'periplus' }))
  const { last } = right(await log.bounds())
  let events = 0
  const folded = mutableCut({ recentLimit: 0 })
  const foldRate = await rate(1, async () => {
    for await (const batch of log.range(1, last)) {
      events += batch.length
      folded.apply(batch)
    }
  })
  row('replay, events folded/s', `${(events * foldRate).toFixed(0)} (${events} events)`, '100,000')
  if (folded.list(Pod).length < 11_000) throw new Error('the fold lost pods')

  const records: DecisionRecord[] = []
  const decisions = right(await jetStreamRecordStream(bus, { stream: 'DECISIONS' }))
  for await (const record of recordedDecisions(decisions).all()) records.push(record)
  const caPem = readFileSync(join(cluster.home, 'pki/ca.crt'), 'utf8')
  let replayed = { decisions: 0, identical: 0 }
  const replayRate = await rate(1, async () => {
    replayed = await redecide(log, records, controllersOf(caPem))
  })
  row(
    'replay, decisions taken again/s, folding included',
    `${(replayed.decisions * replayRate).toFixed(0)} (${replayed.decisions} decisions, ${replayed.identical} identical)`,
    '10,000',
  )
  await bus.close()
  client.close()
} finally {
  table(['what', 'figure', 'aim'], rows)
  await removeCluster(cluster)
}
