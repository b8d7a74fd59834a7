/**
 * What a node's sign of life costs the log's server, against other events: as they come from a thousand nodes (one every few milliseconds) and
 * many at once. Run: `npx tsx test/bench/main.ts heartbeats.ts`; `NODES=500` for others.
 */
import { connectBus } from '@periplus/bus'
import { jetStreamEventLog } from '@periplus/log'
import type { NewEvent } from '@periplus/log'
import { temporaryNats } from '@periplus/service'
import { inFlight, right, samplePod, table } from './measure.ts'
import { cpuSeconds } from './processes.ts'

const nodes = Number(process.env['NODES'] ?? 500)
/** Milliseconds between two of a thousand nodes that tell of themselves every ten seconds, and their readings every fifteen. */
const between = 6

const nats = await temporaryNats()
const bus = right(await connectBus({ ...nats.server, name: 'bench' }))
const log = right(await jetStreamEventLog(bus, { cluster: 'bench' }))

let written = 0
const last = new Map<string, number>()
const append = async (event: NewEvent): Promise<void> => {
  const { name } = event.ref
  const expected = last.get(name) ?? 0
  const type = expected === 0 ? 'created' : 'status-changed'
  const stored = await log.append({ ...event, id: `bench-${written++}`, type, expected, previous: expected })
  last.set(name, right(stored).sequence)
}
const lease = (index: number): Promise<void> => {
  const name = `node-${index}`
  const ref = { group: 'coordination.k8s.io', resource: 'leases', namespace: 'kube-node-lease', name }
  const metadata = { name, namespace: ref.namespace, uid: name, annotations: { filler: 'x'.repeat(400) } }
  const body = Buffer.from(JSON.stringify({ apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata }))
  return append({ ...samplePod('lease'), ref, uid: name, body, rollup: true })
}
const pod = (index: number): Promise<void> => append(samplePod(`pod-${index}`, { uid: `pod-${index}` }))

const rows: (readonly string[])[] = []
const measure = async (what: string, count: number, work: () => Promise<unknown>): Promise<void> => {
  const before = cpuSeconds(nats.server.pid)
  await work()
  rows.push([what, String(count), (((cpuSeconds(nats.server.pid) - before) * 1000) / count).toFixed(2)])
}
const trickle = async (count: number, write: (index: number) => Promise<void>): Promise<void> => {
  const writing: Promise<void>[] = []
  for (let index = 0; index < count; index++) {
    writing.push(write(index))
    await new Promise(resolve => setTimeout(resolve, between))
  }
  await Promise.all(writing)
}

await inFlight(64, nodes, lease)
await inFlight(64, nodes, pod)
await measure('pods, 64 in flight', nodes, () => inFlight(64, nodes, pod))
await measure('heartbeats, 64 in flight', nodes, () => inFlight(64, nodes, lease))
await measure(`pods, one every ${between} ms`, nodes, () => trickle(nodes, pod))
await measure(`heartbeats, one every ${between} ms`, nodes, () => trickle(nodes, lease))
table(['what', 'events', 'ms of CPU of NATS each'], rows)

await bus.close()
await nats.dispose()
