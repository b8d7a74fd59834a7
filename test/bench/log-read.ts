/**
 * How fast the log is read and folded: bare messages of the stream, events of the log, and a cut that the events are applied to;
 * then how much of that is parsing. Run: `npx tsx test/bench/main.ts log-read.ts`.
 */
import { connectBus } from '@periplus/bus'
import { jetStreamEventLog } from '@periplus/log'
import { mutableCut } from '@periplus/projection'
import { temporaryNats } from '@periplus/service'
import { bestOf, right, samplePod, table } from './measure.ts'
import type { Cost } from './measure.ts'

const events = 40_000
const reads = 3

// Durability is not what is measured here.
const nats = await temporaryNats({ sync: 'interval' })
const bus = right(await connectBus({ ...nats.server, name: 'bench' }))
const log = right(await jetStreamEventLog(bus, { cluster: 'bench' }))

for (let i = 0; i < events; i += 1_000)
  await Promise.all(Array.from({ length: 1_000 }, (_, j) => log.append(samplePod(`pod-${i + j}`)).then(right)))

const best = (read: () => Promise<void>): Promise<Cost> => bestOf(reads, events, read)

const messages = await best(async () => {
  let read = 0
  for await (const batch of bus.jetstream.read({ stream: 'OBJECTS', from: 1, to: events })) read += batch.length
  if (read !== events) throw new Error(`${read} messages`)
})
const decoded = await best(async () => {
  let read = 0
  for await (const batch of log.range(1, events)) read += batch.length
  if (read !== events) throw new Error(`${read} events`)
})
const folded = await best(async () => {
  const cut = mutableCut({ recentLimit: 1_000 })
  for await (const batch of log.range(1, events)) cut.apply(batch)
  if (cut.entries('', 'pods').length !== events) throw new Error('not all are there')
})
const parsed = await best(async () => {
  const cut = mutableCut({ recentLimit: 1_000 })
  for await (const batch of log.range(1, events)) cut.apply(batch)
  for (const entry of cut.entries('', 'pods')) entry.object()
})

const row = (what: string, { rate, cpu }: Cost) => [
  what,
  Math.round(rate),
  cpu.toFixed(1),
  (rate / messages.rate).toFixed(2),
]
table(
  ['read', 'events/s', 'µs of CPU', 'of bare messages'],
  [row('messages', messages), row('events', decoded), row('into a cut', folded), row('and parsed', parsed)],
)
await bus.close()
await nats.dispose()
