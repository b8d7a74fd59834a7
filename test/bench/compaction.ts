/**
 * What a compaction costs those who write meanwhile, in the process that the compactor shares with the API server: writes that come evenly, in
 * windows with and without a compaction by turns, so that what others do on the machine is in both. The windows without one are compared with each
 * other besides: that much is noise. Run: `npx tsx test/bench/main.ts compaction.ts`, with `ROUNDS` for more windows.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { connectBus } from '@periplus/bus'
import type { JetStream } from '@periplus/bus'
import { systemClock } from '@periplus/prelude'
import {
  archiveTo,
  compactLog,
  directoryBlobs,
  jetStreamEventLog,
  keepSnapshots,
  objectStoreBlobs,
  unhurried,
} from '@periplus/log'
import type { Blobs } from '@periplus/log'
import { temporaryNats } from '@periplus/service'
import { right, samplePod, table } from './measure.ts'
import { cpuSeconds } from './processes.ts'

const rounds = Number(process.env['ROUNDS'] || 4)
const objects = 10_000
/** Events that each compaction takes away, and more than the log keeps. */
const each = 20_000
const atOnce = 1_000
/** Milliseconds between two writes. */
const between = 4

const nats = await temporaryNats()
const bus = right(await connectBus({ ...nats.server, name: 'bench' }))
const directory = await mkdtemp(join(tmpdir(), 'periplus-bench-'))
const stream = 'EVENTS'
const log = right(await jetStreamEventLog(bus, { cluster: 'bench', stream }))

const last = new Map<string, number>()
const eventOf = (name: string) => {
  const expected = last.get(name) ?? 0
  return samplePod(name, {
    type: expected === 0 ? 'created' : 'status-changed',
    expected,
    previous: expected,
    uid: name,
  })
}
const fill = async (events: number): Promise<void> => {
  for (let written = 0; written < events; written += atOnce) {
    const names = Array.from({ length: atOnce }, (_, i) => `pod-${(written + i) % objects}`)
    const { sequences } = right(await log.appendAll(names.map(eventOf)))
    sequences.forEach((sequence, i) => last.set(names[i] ?? '', sequence))
  }
}

interface Window {
  readonly times: readonly number[]
  /** Milliseconds of CPU, for each write. */
  readonly own: number
  readonly server: number
}

let turn = 0
/** Writes until the work is over, each to an object of its own, and none later than it was due because another one took long. */
const writeDuring = async (work: Promise<unknown>): Promise<Window> => {
  let isOver = false
  const over = work.finally(() => (isOver = true))
  const before = [process.cpuUsage(), cpuSeconds(nats.server.pid)] as const
  const times: number[] = []
  const writing: Promise<void>[] = []
  for (let due = performance.now(); !isOver; due += between) {
    const wait = due - performance.now()
    if (wait > 0) await new Promise(resolve => setTimeout(resolve, wait))
    const name = `written-${turn++ % 5_000}`
    const write = async (): Promise<void> => {
      const { sequence } = right(await log.append(eventOf(name)))
      last.set(name, sequence)
      times.push(performance.now() - due)
    }
    writing.push(write())
  }
  await Promise.all([over, ...writing])
  const { user, system } = process.cpuUsage(before[0])
  return {
    times,
    own: (user + system) / 1000 / times.length,
    server: ((cpuSeconds(nats.server.pid) - before[1]) * 1000) / times.length,
  }
}

/** With what a compaction reads: as fast as it can, or as the role does it. */
const compactor = (jetstream: JetStream, of: (blobs: Blobs) => Blobs) => {
  const from = { jetstream }
  const blobs = of(objectStoreBlobs(bus, stream))
  const snapshots = keepSnapshots({ bus: from, blobs, stream, policy: { every: 1, keep: 2 } })
  const archive = archiveTo(of(directoryBlobs(directory)), blobs)
  return async (): Promise<number> => {
    const at = performance.now()
    const { firstSequence, lastSequence } = right(await bus.jetstream.state(stream))
    const events = lastSequence - firstSequence + 1 - each
    const compacted = await compactLog({
      ...{ bus: from, blobs, snapshots, stream, archive },
      retention: { milliseconds: Infinity, bytes: Infinity, events },
      now: () => Date.now() + 86_400_000,
    })
    if (!right(compacted)) throw new Error('nothing was compacted')
    return performance.now() - at
  }
}
const slow = unhurried(systemClock, new AbortController().signal)
const hurried = compactor(bus.jetstream, blobs => blobs)
const resting = compactor(slow.jetstream(bus.jetstream), slow.blobs)

await fill(objects + (2 * rounds + 3) * each)
right(await keepSnapshots({ bus, stream, policy: { every: 1, keep: 2 } }).step())
const windows: Record<'alone' | 'hurried' | 'resting', Window[]> = { alone: [], hurried: [], resting: [] }
const took = { hurried: 0, resting: 0 }
/** The first is a rehearsal. */
for (let round = 0; round <= rounds; round++) {
  const alone = await writeDuring(new Promise(resolve => setTimeout(resolve, 5_000)))
  const fast = hurried()
  const besideFast = await writeDuring(fast)
  const gentle = resting()
  const besideGentle = await writeDuring(gentle)
  if (round === 0) continue
  windows.alone.push(alone)
  windows.hurried.push(besideFast)
  windows.resting.push(besideGentle)
  took.hurried += (await fast) / rounds
  took.resting += (await gentle) / rounds
}

const percentile = (windows: readonly Window[], part: number): number => {
  const times = windows.flatMap(window => window.times).sort((a, b) => a - b)
  return times[Math.floor(times.length * part)] ?? NaN
}
const mean = (windows: readonly Window[], of: (window: Window) => number): number =>
  windows.reduce((sum, window) => sum + of(window), 0) / windows.length
const rowOf = (what: string, windows: readonly Window[], floor: readonly Window[]) => [
  ...[what, windows.flatMap(({ times }) => times).length],
  ...[0.5, 0.99].flatMap(part => [
    percentile(windows, part).toFixed(2),
    (percentile(windows, part) / percentile(floor, part)).toFixed(2),
  ]),
  mean(windows, ({ own }) => own).toFixed(2),
  mean(windows, ({ server }) => server).toFixed(2),
]
const { alone } = windows
const [odd, even] = [0, 1].map(rest => alone.filter((_, i) => i % 2 === rest)) as [Window[], Window[]]
table(
  ['', 'writes', 'p50 ms', 'ratio', 'p99 ms', 'ratio', 'ms of CPU each', 'of NATS'],
  [
    rowOf('without a compaction', alone, alone),
    rowOf('every other of these', odd, even),
    rowOf('beside one as fast as it can', windows.hurried, alone),
    rowOf('beside one as the role does it', windows.resting, alone),
  ],
)
console.log(
  `a compaction of ${each} events took ${(took.hurried / 1000).toFixed(1)} s, as the role does it ${(took.resting / 1000).toFixed(1)} s; load average ${loadavg()[0]?.toFixed(1)}`,
)

await bus.close()
await nats.dispose()
await rm(directory, { recursive: true })
