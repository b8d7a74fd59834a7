/**
 * What a log costs that has grown old: a start at 100,000 objects from its first event, from a snapshot, and after it was compacted; the past at
 * any moment; and what a compaction costs those who write meanwhile. Run: `npx tsx test/bench/main.ts lasting.ts`, with `EVENTS` for more of them.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { connectBus } from '@periplus/bus'
import {
  archiveTo,
  compactLog,
  directoryBlobs,
  jetStreamEventLog,
  keepSnapshots,
  objectStoreBlobs,
} from '@periplus/log'
import { withArchive } from '@periplus/log'
import type { EventLog, NewEvent } from '@periplus/log'
import { startLiveCut } from '@periplus/projection'
import { cutAt } from '@periplus/replay'
import { temporaryNats } from '@periplus/service'
import { right, samplePod } from './measure.ts'

const objects = 100_000
const events = Number(process.env['EVENTS'] || 300_000)
const atOnce = 1_000

const nats = await temporaryNats({ sync: 'interval' })
const bus = right(await connectBus({ ...nats.server, name: 'bench' }))
const archive = await mkdtemp(join(tmpdir(), 'periplus-bench-'))
const stream = 'EVENTS'
const open = async (): Promise<EventLog> => right(await jetStreamEventLog(bus, { cluster: 'bench', stream }))
const log = await open()

const seconds = (since: number): string => ((performance.now() - since) / 1000).toFixed(2)
const percentile = (times: readonly number[], part: number): string =>
  (times.toSorted((a, b) => a - b)[Math.floor(times.length * part)] ?? NaN).toFixed(1)

const last = new Array<number>(objects).fill(0)
const eventOf = (index: number): NewEvent => {
  const expected = last[index] as number
  const type = expected === 0 ? 'created' : 'status-changed'
  return samplePod(`pod-${index}`, { type, expected, previous: expected, uid: `uid-${index}` })
}
const writing = performance.now()
for (let written = 0; written < events; written += atOnce) {
  const indexes = Array.from({ length: atOnce }, (_, i) => (written + i) % objects)
  const { sequences } = right(await log.appendAll(indexes.map(index => ({ ...eventOf(index), body: bodyOf(index) }))))
  sequences.forEach((sequence, i) => (last[indexes[i] as number] = sequence))
}
function bodyOf(index: number): Uint8Array {
  const { ref, uid } = samplePod(`pod-${index}`, { uid: `uid-${index}` })
  const metadata = { name: ref.name, namespace: 'default', uid, annotations: { filler: 'x'.repeat(1_500) } }
  return Buffer.from(JSON.stringify({ apiVersion: 'v1', kind: 'Pod', metadata, spec: { containers: [] } }))
}
const state = right(await bus.jetstream.state(stream))
console.log(
  `${events} events of ${objects} objects, ${Math.round(state.bytes / 1024 ** 2)} MiB, written in ${seconds(writing)} s`,
)

const started = async (what: string): Promise<void> => {
  const at = performance.now()
  const running = await startLiveCut({ log: await open() })
  console.log(`${what}: ${seconds(at)} s to ${running.cut.sequence}`)
  await running.close()
}
await started('start from the first event')
const snapshots = keepSnapshots({ bus, stream, policy: { every: 1, keep: 3 } })
const taking = performance.now()
const taken = right(await snapshots.step())
console.log(
  `snapshot of ${taken?.objects} objects, ${Math.round((taken?.blob.bytes ?? 0) / 1024 ** 2)} MiB: ${seconds(taking)} s`,
)
await started('start from the snapshot')

/** Milliseconds of single appends to one object, until told to stop. */
const timed = async (name: string, goesOn: () => boolean): Promise<readonly number[]> => {
  const times: number[] = []
  let expected = 0
  while (goesOn()) {
    const at = performance.now()
    expected = right(await log.append(samplePod(name, { expected, previous: expected, uid: 'writer' }))).sequence
    times.push(performance.now() - at)
  }
  return times
}
let stops = performance.now() + 5_000
const alone = await timed('alone', () => performance.now() < stops)
let compacting = true
const beside = timed('beside', () => compacting)
const compaction = performance.now()
const compacted = right(
  await compactLog({
    ...{ bus, snapshots, stream, archive: archiveTo(directoryBlobs(archive), objectStoreBlobs(bus, stream)) },
    retention: { milliseconds: Infinity, bytes: Infinity, events: Math.floor(events / 3) },
    now: () => Date.now() + 86_400_000,
  }),
)
compacting = false
const during = await beside
console.log(`compaction of ${compacted?.removed} events into the archive: ${seconds(compaction)} s`)
for (const [what, times] of [
  ['alone', alone],
  ['beside the compaction', during],
] as const)
  console.log(
    `a writer ${what}: ${times.length} appends, p50 ${percentile(times, 0.5)} ms, p99 ${percentile(times, 0.99)} ms`,
  )
await started('start after the compaction')

const past = withArchive(log, directoryBlobs(archive))
const look = cutAt(past)
stops = 8
const [first, then]: [number[], number[]] = [[], []]
for (let moment = 1; moment <= stops; moment++) {
  const sequence = Math.floor((events * moment) / (stops + 1))
  for (let read = 0; read < 200; read++) {
    const at = performance.now()
    const { cut } = right(await look({ tag: 'Sequence', sequence }))
    cut.entry({ group: '', resource: 'pods', namespace: 'default', name: `pod-${(read * 487) % objects}` })
    ;(read === 0 ? first : then).push(performance.now() - at)
  }
}
console.log(
  `${stops} moments of the past, most of them in the archive: the first read ${percentile(first, 0.5)} ms (at most ${percentile(first, 0.999)}), those after p99 ${percentile(then, 0.99)} ms`,
)
const killed = performance.now()
await nats.server.kill()
await nats.restart()
await bus.whenConnected()
right(await bus.jetstream.state(stream))
console.log(`the server, killed and started again: ${seconds(killed)} s`)
console.log(`load average ${loadavg()[0]?.toFixed(1)}`)

await bus.close()
await nats.dispose()
await rm(archive, { recursive: true })
