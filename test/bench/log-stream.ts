/**
 * Containers' lines from their files to the log stream: megabytes and lines for a second of CPU, beside reading the same file line by
 * line; how late a follower is at 10,000 lines/s; what 1,000 containers cost that say nothing; and what is lost or doubled over rotations
 * and kills of agent and server.
 * Run: `npx tsx test/bench/main.ts log-stream.ts`.
 */
import { appendFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createReadStream } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as later } from 'node:timers/promises'
import { connectBus } from '@periplus/bus'
import { ensureLogStream, jetStreamLogStream } from '@periplus/log-stream'
import type { LogStream } from '@periplus/log-stream'
import { E, systemClock } from '@periplus/prelude'
import { hollowRuntime } from '@periplus/runtime'
import type { ContainerState } from '@periplus/runtime'
import { temporaryNats } from '@periplus/service'
import { compressRotated, rotate } from '../../services/node-agent/src/logs/rotate.ts'
import { unlimitedPace } from '../../services/node-agent/src/logs/log-pace.ts'
import { shipRun } from '../../services/node-agent/src/logs/ship-run.ts'
import { right, table } from './measure.ts'

const mebibyte = 2 ** 20
const nats = await temporaryNats({ sync: 'interval' })
const bus = right(await connectBus({ ...nats.server, name: 'bench' }))
right(await ensureLogStream(bus, { mostBytes: 4096 * mebibyte }))
const stream = jetStreamLogStream(bus)
const directory = await mkdtemp(join(tmpdir(), 'periplus-bench-logs-'))

const message = (i: number): string =>
  `level=info msg="request served" path=/api/v1/items/${(i * 7919) % 10_007} status=${[200, 404, 500][i % 3]} took=${((i * 31) % 977) / 10}ms`
const entry = (i: number, text = message(i)): string =>
  `${new Date().toISOString().replace('Z', '000000Z')} stdout F ${text}\n`
const entries = (from: number, to: number): string => {
  let all = ''
  for (let i = from; i <= to; i++) all += entry(i)
  return all
}

interface Run {
  readonly path: string
  end(): void
  begin(to?: LogStream): { readonly done: Promise<void>; kill(): void }
}

let runs = 0
const newRun = (place = directory): Run => {
  const name = `r${++runs}`
  const path = join(place, `${name}.log`)
  const run = { node: 'n', namespace: 'default', pod: name, podUid: name, container: 'c', restart: 0 }
  let over = false
  return {
    path,
    end: () => void (over = true),
    begin: (to = stream) => {
      const killed = new AbortController()
      const destination = {
        stream: to,
        onGone: (listener: () => void) => bus.onStatus(status => void (status === 'connected' || listener())),
      }
      const done = shipRun({
        ...{ run, path, destination, clock: systemClock, signal: killed.signal, pace: unlimitedPace },
        ...{ checkpoint: `${path}.shipped`, ended: () => over, isShort: () => false, objectSequence: () => 1 },
        ...{ rule: () => undefined, settled: () => undefined, rejected: console.error },
      })
      return { done, kill: () => killed.abort() }
    },
  }
}

/** Of this process, all threads. */
const cpuSeconds = (before: NodeJS.CpuUsage): number => {
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1e6
}

const throughput = async (): Promise<void> => {
  const lines = 200_000
  const first = newRun()
  for (let at = 0; at < lines; at += 20_000) await appendFile(first.path, entries(at + 1, at + 20_000))
  const bytes = 131 * lines
  const row = (what: string, seconds: number, cpu: number) =>
    [
      what,
      (bytes / mebibyte / cpu).toFixed(0),
      (lines / cpu / 1000).toFixed(0),
      (bytes / mebibyte / seconds).toFixed(0),
    ] as const
  const measured = async (what: string, work: () => Promise<void>) => {
    const [begun, before] = [performance.now(), process.cpuUsage()]
    await work()
    return row(what, (performance.now() - begun) / 1000, cpuSeconds(before))
  }
  const floor = await measured('readline, no more', async () => {
    let count = 0
    for await (const line of createInterface({ input: createReadStream(first.path) })) count += line.length
    if (count === 0) throw new Error('nothing was read')
  })
  const has = async (acked: () => number): Promise<void> => {
    while (acked() < lines) await later(5)
  }
  const shipped = async (what: string, to: LogStream, run: Run) => {
    let acked = 0
    const counting: LogStream = {
      ...to,
      append: async frame => {
        const answer = await to.append(frame)
        acked = Math.max(acked, frame.to)
        return answer
      },
    }
    const result = await measured(what, async () => {
      const { kill, done } = run.begin(counting)
      await has(() => acked)
      kill()
      await done
    })
    await rm(`${run.path}.shipped`)
    return result
  }
  const nowhere: LogStream = { ...stream, append: async () => E.right(1) }
  const rows = [
    floor,
    await shipped('file to frames', nowhere, first),
    await shipped('file to the stream', stream, first),
  ]
  const read = await measured('the stream, read once', async () => {
    let count = 0
    for await (const { records } of stream.read({})) count += records.length
    if (count !== lines) throw new Error(`${count} lines of ${lines}`)
  })
  table(['', 'MiB a CPU second', 'thousand lines a CPU second', 'MiB a second'], [...rows, read])
  const { bytes: stored } = right(await stream.bounds())
  console.log(`${(bytes / mebibyte).toFixed(0)} MiB of files are ${(stored / mebibyte).toFixed(0)} MiB in the stream`)
}

const latency = async (): Promise<void> => {
  const run = newRun()
  await writeFile(run.path, '')
  const { kill, done } = run.begin()
  const seconds = 8
  const enough = new AbortController()
  const late: number[] = []
  const following = (async () => {
    const { last } = right(await stream.bounds())
    for await (const { records } of stream.read({ from: last + 1, follow: true, signal: enough.signal }))
      for (const { bytes } of records) late.push(Date.now() - Number(Buffer.from(bytes).toString().split(' ')[1]))
  })()
  const begun = performance.now()
  for (let tick = 0; tick < seconds * 100; tick++) {
    let all = ''
    for (let i = 0; i < 100; i++) all += entry(i, `sent ${Date.now()} ${message(i)}`)
    await appendFile(run.path, all)
    await later(Math.max(0, begun + (tick + 1) * 10 - performance.now()))
  }
  while (late.length < seconds * 10_000) await later(50)
  enough.abort()
  await following
  kill()
  await done
  late.sort((a, b) => a - b)
  const at = (part: number): number => late[Math.floor(late.length * part)] ?? 0
  console.log(`a follower at 10,000 lines/s: p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, the last ${at(0.9999)} ms`)
}

/** Files alone, each in a directory of its own as a container's is, of which a line was sent: what a node spends on following them. */
const idle = async (): Promise<void> => {
  const containers = 1_000
  const seconds = 40
  const shipped: ReturnType<Run['begin']>[] = []
  for (let i = 0; i < containers; i++) {
    const place = join(directory, `idle-${i}`)
    await mkdir(place)
    const run = newRun(place)
    await writeFile(run.path, entry(i))
    shipped.push(run.begin())
  }
  // Looks become rarer while nothing happens.
  await later(20_000)
  const before = process.cpuUsage()
  await later(seconds * 1_000)
  const cpu = cpuSeconds(before)
  for (const { kill } of shipped) kill()
  await Promise.all(shipped.map(({ done }) => done))
  console.log(
    `${containers} containers that say nothing: ${((100 * cpu) / seconds).toFixed(1)} % of a core, ` +
      `${((1e6 * cpu) / seconds / containers).toFixed(0)} µs a second each`,
  )
}

const endurance = async (): Promise<void> => {
  const [rotations, kills, everySoMany] = [200, 20, 50]
  const run = newRun()
  const runtime = { ...hollowRuntime({ clock: systemClock, nodeName: 'n' }), reopenLog: async () => E.right(undefined) }
  await writeFile(run.path, '')
  let shipping = run.begin()
  let written = 0
  for (let round = 1; round <= rotations; round++) {
    await appendFile(run.path, entries(written + 1, written + 100))
    written += 100
    await rotate({ runtime, clock: systemClock, mostFiles: 500 }, { id: 'c', logPath: run.path } as ContainerState)
    await compressRotated(run.path)
    await appendFile(run.path, '')
    if (round % (rotations / kills) === 0) {
      shipping.kill()
      await shipping.done
      shipping = run.begin()
    }
    if (round % everySoMany === 0) {
      await nats.server.kill()
      await nats.restart()
      await bus.whenConnected()
    }
  }
  run.end()
  await shipping.done
  const name = `r${runs}`
  const seen = new Map<number, number>()
  for await (const { records } of stream.read({ scope: { namespace: 'default', pod: name } }))
    for (const { number } of records) seen.set(number, (seen.get(number) ?? 0) + 1)
  const doubled = [...seen.values()].filter(times => times > 1).length
  const lost = Array.from({ length: written }, (_, i) => i + 1).filter(number => !seen.has(number)).length
  console.log(
    `${written} lines over ${rotations} rotations, ${kills} ends of the agent and ${rotations / everySoMany} kill -9 of NATS: ${lost} lost, ${doubled} doubled`,
  )
}

await throughput()
await latency()
await idle()
await endurance()
await bus.close()
await nats.dispose()
await rm(directory, { recursive: true })
