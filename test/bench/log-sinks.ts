/**
 * How fast containers' lines come from their stream to a backend: a file, and a server that answers as Elasticsearch's bulk API does,
 * in a process of its own; beside what reading the stream alone takes, and other agents from a file to a file: Debian's rsyslog and the
 * OpenTelemetry collector, where they are to be had.
 * Run: `npx tsx test/bench/main.ts log-sinks.ts`.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connectBus } from '@periplus/bus'
import type { KubernetesObject } from '@periplus/api'
import { createCommands } from '@periplus/commands'
import type { Command } from '@periplus/commands'
import { kindsAt } from '@periplus/custom'
import { CustomResourceDefinition, Namespace } from '@periplus/kinds'
import { memoryEventLog } from '@periplus/log'
import { ensureDefinitions, jetStreamPositions, sinkKinds, start } from '@periplus/log-router'
import { encodeFrame, ensureLogStream, jetStreamLogStream } from '@periplus/log-stream'
import { startLiveCut } from '@periplus/projection'
import { logger, metrics, temporaryNats } from '@periplus/service'
import { peers } from './log-sinks/peers.ts'
import type { Cost } from './log-sinks/peers.ts'
import { right, table } from './measure.ts'

const frames = 300
const linesOfFrame = 1_000
const lines = frames * linesOfFrame
const text = (number: number): string =>
  `2025-01-01T00:00:00Z INFO request ${number} GET /api/v1/namespaces/shop/pods/web-${number % 97} 200 ${(number * 7919) % 1000}ms agent=kubectl trace=${(number * 2654435761).toString(16)}`
let bytes = 0

const directory = mkdtempSync(join(tmpdir(), 'periplus-bench-sinks-'))
const nats = await temporaryNats({ sync: 'interval' })
const bus = right(await connectBus({ ...nats.server, name: 'bench' }))
right(await ensureLogStream(bus))
const stream = jetStreamLogStream(bus)
const run = { node: 'n1', namespace: 'shop', pod: 'web', podUid: 'u1', container: 'main', restart: 0 }
const source: string[] = []
for (let frame = 0; frame < frames; frame++) {
  const from = frame * linesOfFrame + 1
  const records = Array.from({ length: linesOfFrame }, (_, i) => {
    const line = Buffer.from(text(from + i))
    bytes += line.length
    source.push(line.toString())
    const time = 1_735_689_600_000_000_000n + BigInt(from + i)
    return { ...run, stream: 'stdout' as const, number: from + i, objectSequence: 1, time, bytes: line }
  })
  right(
    await stream.append(
      encodeFrame({ run, objectSequence: 1, from, to: from + linesOfFrame - 1, records, losses: [], ended: false }),
    ),
  )
}

const log = memoryEventLog()
const { cut, close } = await startLiveCut({ log })
const commands = createCommands({ cut, log, kindsAt, admission: [] })
const origin = { actor: 'user:bench', component: 'bench', causes: [], correlationId: 'bench' }
const does = async (command: Command): Promise<void> =>
  cut.reached(right(await commands.execute(command, origin)).sequence)
const condition = {
  type: 'Established',
  status: 'True',
  reason: 'Bench',
  message: '',
  lastTransitionTime: '2025-01-01T00:00:00Z',
}
right(await ensureDefinitions({ cut, commands }))
for (const name of ['default', 'shop', 'kube-system'])
  await does({
    verb: 'create',
    kind: Namespace,
    object: { apiVersion: 'v1', kind: 'Namespace', metadata: { name } } as KubernetesObject,
  })
for (const { metadata } of cut.list(CustomResourceDefinition))
  await does({
    ...{ verb: 'patch', kind: CustomResourceDefinition, subresource: 'status' },
    ref: { group: 'apiextensions.k8s.io', resource: 'customresourcedefinitions', namespace: '', name: metadata.name },
    patch: { type: 'merge', body: { status: { conditions: [condition] } } },
  })
const kind = sinkKinds(cut).find(({ namespaced }) => !namespaced)
if (!kind) throw new Error('no kind of sinks')

const measured = async (what: string, work: () => Promise<void>): Promise<Cost> => {
  const before = process.cpuUsage()
  const begun = performance.now()
  await work()
  const { user, system } = process.cpuUsage(before)
  return { what, seconds: (performance.now() - begun) / 1000, cpu: (user + system) / 1e6 }
}

const until = async (holds: () => boolean): Promise<void> => {
  while (!holds()) await new Promise(resolve => setTimeout(resolve, 5))
}

/** A sink from the stream's beginning until it has delivered everything. */
const throughSink = async (what: string, backend: object): Promise<Cost> => {
  const collected = metrics()
  const positions = right(await jetStreamPositions(bus))
  const object = {
    ...{ apiVersion: 'logs.periplus.io/v1alpha1', kind: kind.kind, metadata: { name: 'bench' } },
    spec: { startAt: 'Oldest', backend },
  }
  await does({ verb: 'create', kind, object: object as unknown as KubernetesObject })
  const cost = await measured(what, async () => {
    const router = start({
      ...{ cut, log, commands, stream, positions, router: 'bench', directory },
      reach: { clusterNetworks: [], closed: [], open: [] },
      logger: logger('bench', { write: () => undefined }),
      metrics: collected,
      onBug: error => {
        throw error
      },
    })
    await until(() => collected.text().includes(`periplus_log_router_delivered_lines ${lines}\n`))
    await router.stop()
  })
  const ref = { group: kind.group, resource: kind.resource, namespace: '', name: 'bench' }
  await does({ verb: 'delete', kind, ref, options: {} })
  return cost
}

const reading = await measured('read the stream', async () => {
  let read = 0
  for await (const { records } of stream.read({ from: 1 })) read += records.length
  if (read !== lines) throw new Error(`${read} lines`)
})

const intoFile = await throughSink('into a file', { name: 'file', config: { name: 'bench.log', maxBytes: 2 ** 40 } })
const written = readFileSync(join(directory, 'bench.log'), 'utf8').split('\n').length - 1

/** Counts documents by their ids, as the bulk API would store them. */
const bulkServer = `
const ids = new Set()
const server = require('node:http').createServer((request, response) => {
  const chunks = []
  request.on('data', chunk => chunks.push(chunk)).on('end', () => {
    for (const [, id] of Buffer.concat(chunks).toString('latin1').matchAll(/"_id":"([^"]*)"}}\\n/g)) ids.add(id)
    response.end('{"errors":false}')
  })
})
server.listen(0, '127.0.0.1', () => process.send(server.address().port))
process.on('message', () => process.send(ids.size))
`
const server = spawn(process.execPath, ['-e', bulkServer], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
const [port] = (await once(server, 'message')) as [number]
const intoBulk = await throughSink('into a bulk API', {
  name: 'elasticsearch',
  config: { url: `http://127.0.0.1:${port}` },
})
server.send('count')
const [stored] = (await once(server, 'message')) as [number]
server.kill()

const others = await peers(
  directory,
  `${source.join('\n')}\n`,
  file => readFileSync(file, 'latin1').match(/ INFO request /g)?.length ?? 0,
)

const row = ({ what, seconds, cpu }: Cost) => [
  what,
  (bytes / 1e6 / seconds).toFixed(1),
  (bytes / 1e6 / cpu).toFixed(1),
  Math.round(lines / cpu).toLocaleString('en'),
  (cpu / reading.cpu).toFixed(1),
]
table(
  ['what', 'MB/s', 'MB/s of CPU', 'lines/s of CPU', 'times reading'],
  [reading, intoFile, intoBulk, ...others].map(row),
)
console.log(
  [
    `lines written ${lines}, in the file ${written}, in the bulk API ${stored}`,
    ...others.map(({ what, lines: count }) => `${what} ${count}`),
  ].join('; '),
)
await close()
await bus.close()
await nats.dispose()
rmSync(directory, { recursive: true })
process.exit(0)
