/**
 * What nodes cost the log: appends a second, the processor time of its server for each, and what the nodes themselves are sent and take, where they
 * read the log and where they read feeds. Pods are created, placed, run and end, as many on each node, and a policy is about pods, so that all nodes are
 * told of all of them: the worst case. Run: `npx tsx test/bench/main.ts node-feed.ts`, with ROUNDS=1 and ONLY='10 nodes on feeds;1000 nodes on feeds' for less.
 */
import { fork } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { loadavg } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { connectBus } from '@periplus/bus'
import { jetStreamEventLog } from '@periplus/log'
import type { EventLog, NewEvent } from '@periplus/log'
import { temporaryNats } from '@periplus/service'
import { inFlight, rate, right, samplePod, table } from './measure.ts'
import type { NodeFeedSide } from './node-feed-side.ts'
import { cpuDuring } from './processes.ts'

const pods = 2_000
/** For so long nothing is written before, by which it is seen what connections cost alone. */
const idleSeconds = 10
const rounds = Number(process.env['ROUNDS'] ?? 2)
/** Of the ways below, those alone, by their names in the table, between semicolons. */
const only = process.env['ONLY']?.split(';')
const side = fileURLToPath(new URL('node-feed-side.js', import.meta.url))

/** By one of those that a process is. */
interface Taken {
  readonly bytes: number
  readonly milliseconds: number
}

const started = async (settings: NodeFeedSide): Promise<ChildProcess> => {
  const child = fork(side, [JSON.stringify(settings)])
  const ended = once(child, 'exit').then(([code, signal]) => Promise.reject(new Error(`it ended: ${code ?? signal}`)))
  await Promise.race([once(child, 'message'), ended])
  ended.catch(() => undefined)
  return child
}
const told = async <A>(child: ChildProcess, word: number): Promise<A> => {
  child.send(word)
  return ((await once(child, 'message')) as [A])[0]
}

interface Pod {
  readonly made: NewEvent
  /** After each step of its life. */
  readonly bodies: readonly Uint8Array[]
  last: number
}

const podOf = (i: number, nodes: number): Pod => {
  const made = samplePod(`pod-${i}`)
  const object = JSON.parse(Buffer.from(made.body).toString()) as { readonly spec: object }
  const waiting = { ...object, spec: { ...object.spec, nodeName: '' } }
  const placed = { ...object, spec: { ...object.spec, nodeName: `node-${i % Math.max(1, nodes)}` } }
  const running = { ...placed, status: { phase: 'Running', podIP: `10.${i >> 8}.${i & 255}.1` } }
  const bodies = [waiting, placed, running, running].map(body => Buffer.from(JSON.stringify(body)))
  return { made, bodies, last: 0 }
}

const steps = ['created', 'spec-changed', 'status-changed', 'deleted'] as const

/** The lives of pods, each step of all before the next one, as nobody is told of what was over at once; the sequence of their last event. */
const live = async (log: EventLog, all: readonly Pod[]): Promise<number> => {
  for (const [n, type] of steps.entries())
    await inFlight(32, all.length, async i => {
      const { made, bodies, last } = all[i] as Pod
      const [id, body] = [`${made.id} ${last}`, bodies[n] as Uint8Array]
      const stored = right(await log.append({ ...made, id, type, expected: last, previous: last, body }))
      all[i]!.last = stored.sequence
    })
  return Math.max(...all.map(({ last }) => last))
}

const object = (
  n: number,
  group: string,
  resource: string,
  namespace: string,
  name: string,
  more: object,
): NewEvent => ({
  ...samplePod(name),
  ref: { group, resource, namespace, name },
  id: `${resource} ${n}`,
  uid: `uid of ${resource} ${name}`,
  body: Buffer.from(JSON.stringify({ metadata: { name, namespace, uid: `uid of ${resource} ${name}` }, ...more })),
})

/** What stands there before: the nodes, and where `isPoliced` what makes every pod a matter of all nodes. */
const furnish = async (log: EventLog, nodes: number, isPoliced: boolean): Promise<void> => {
  for (let n = 0; n < nodes; n++)
    right(
      await log.append(object(n, '', 'nodes', '', `node-${n}`, { spec: { podCIDR: `10.${n >> 8}.${n & 255}.0/24` } })),
    )
  const spec = { podSelector: {}, ingress: [{ from: [{ podSelector: {} }] }] }
  if (isPoliced) right(await log.append(object(0, 'networking.k8s.io', 'networkpolicies', 'default', 'all', { spec })))
}

const round = async (part: NodeFeedSide['part'], nodes: number, isPoliced: boolean): Promise<readonly number[]> => {
  const nats = await temporaryNats()
  const { servers, user, password } = nats.server
  const place = { servers, user, password }
  const bus = right(await connectBus({ ...place, name: 'bench' }))
  const log = right(await jetStreamEventLog(bus, { cluster: 'bench' }))
  await furnish(log, nodes, isPoliced)
  let last = await live(log, [podOf(pods, nodes)])
  const all = Array.from({ length: pods }, (_, i) => podOf(i, nodes))
  const writer = part === 'on feeds' ? await started({ place, part: 'writer', nodes }) : undefined
  const readers = await started({ place, part, nodes })
  const children = writer ? [writer, readers] : [readers]
  // The consumers by which nodes began go some seconds later.
  await sleep(nodes > 0 ? 12_000 : 0)
  for (const child of children) await told(child, 0)
  const idle = await cpuDuring({ server: nats.server.pid }, () => sleep(idleSeconds * 1_000))
  let writes = 0
  let taken: readonly Taken[] = []
  const cpu = await cpuDuring({ server: nats.server.pid }, async () => {
    writes = await rate(pods * steps.length, async () => void (last = await live(log, all)))
    taken = await Promise.all(children.map(child => told<Taken>(child, last)))
  })
  const ofNodes = taken.at(-1) ?? { bytes: 0, milliseconds: 0 }
  for (const child of children) {
    child.kill()
    await once(child, 'exit')
  }
  await bus.close()
  await nats.dispose()
  const events = pods * steps.length
  return [
    writes,
    ((cpu['server'] ?? 0) * 1000) / events,
    ofNodes.bytes / events,
    (ofNodes.milliseconds * 1000) / events,
    writer ? ((taken[0]?.milliseconds ?? 0) * 1000) / events : 0,
    (idle['server'] ?? 0) / idleSeconds,
  ]
}

const ways: readonly (readonly [NodeFeedSide['part'], number, isPoliced?: boolean])[] = [
  ['on the log', 0],
  ['on the log', 10],
  ['on the log', 100],
  ['on feeds', 0],
  ['on feeds', 10],
  ['on feeds', 100],
  ['on feeds', 1_000],
  ['on feeds', 10, false],
  ['on feeds', 1_000, false],
]
const nameOf = ([part, nodes, isPoliced = true]: (typeof ways)[number]): string =>
  `${nodes} nodes ${part}${isPoliced ? '' : ', no policy'}`
const measured = new Map(ways.map(way => [nameOf(way), [] as (readonly number[])[]]))
for (let i = 0; i < rounds; i++)
  for (const way of ways.filter(each => only === undefined || only.includes(nameOf(each)))) {
    const [part, nodes, isPoliced = true] = way
    const found = await round(part, nodes, isPoliced)
    measured.get(nameOf(way))?.push(found)
    // A thousand nodes take minutes to connect, and who breaks off has what was measured until then.
    console.error(`${nameOf(way)}: ${found.map(Math.round).join(' ')} (load average ${loadavg()[0]?.toFixed(1)})`)
  }
table(
  [
    '',
    'writes/s (best)',
    'us of the server a write (least)',
    'bytes that a node is sent a write',
    'us of a node a write (least)',
    "us of the feed's writer a write (least)",
    'ms of the server a second without writes',
  ],
  [...measured]
    .filter(([, found]) => found.length > 0)
    .map(([name, found]) => [
      name,
      Math.round(Math.max(...found.map(one => one[0] ?? 0))),
      ...[1, 2, 3, 4, 5].map(column => Math.round(Math.min(...found.map(one => one[column] ?? 0)))),
    ]),
)
