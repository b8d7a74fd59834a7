/**
 * How long writes stand still when the server that leads the log is killed, of three that keep it: until the others have chosen another
 * leader, which is NATS' own time, and until a writer whose server is gone, and one of another server, have an event acknowledged, which is ours.
 * Run: `npx tsx test/bench/main.ts failover.ts`; `PERIPLUS_NATS_SERVER` is a server other than the usual one.
 */
import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connectBus } from '@periplus/bus'
import type { Bus } from '@periplus/bus'
import { jetStreamEventLog } from '@periplus/log'
import type { EventLog } from '@periplus/log'
import { E } from '@periplus/prelude'
import { ensureNatsServer, freeLoopbackPort } from '@periplus/service'
import { right, samplePod, table } from './measure.ts'

const rounds = 8

const directory = await mkdtemp(join(tmpdir(), 'periplus-failover-'))
const override = process.env['PERIPLUS_NATS_SERVER']
const tools = join(process.cwd(), '.periplus/tools')
const binary = right(await ensureNatsServer({ tools, say: console.error, ...(override ? { override } : {}) }))
const ports = await Promise.all(Array.from({ length: 6 }, () => freeLoopbackPort()))
const names = ['one', 'two', 'three']
const places = names.map((name, n) => ({ name, client: ports[2 * n] ?? 0, route: ports[2 * n + 1] ?? 0 }))
const urls = places.map(({ client }) => `nats://127.0.0.1:${client}`)

const start = async (n: number): Promise<ChildProcess> => {
  const { name = '', client, route } = places[n] ?? {}
  const file = join(directory, `${name}.conf`)
  const routes = places.map(place => `"nats-route://127.0.0.1:${place.route}"`).join(', ')
  await writeFile(
    file,
    `server_name: ${name}\nlisten: "127.0.0.1:${client}"\njetstream { store_dir: "${join(directory, name)}", sync_interval: always }\n` +
      `cluster { name: bench, listen: "127.0.0.1:${route}", routes: [ ${routes} ], ping_interval: "2s", ping_max: 1 }\n` +
      'accounts { $SYS { users: [ { user: sys, password: sys } ] }, log { jetstream: enabled, users: [ { user: log, password: log } ] } }\n',
  )
  return spawn(binary, ['-c', file], { stdio: 'ignore' })
}
const servers = await Promise.all(places.map((_, n) => start(n)))

const until = async (what: string, holds: () => Promise<boolean>): Promise<void> => {
  const end = performance.now() + 60_000
  while (!(await holds())) {
    if (performance.now() > end) throw new Error(`not within a minute: ${what}`)
    await new Promise(resolve => setTimeout(resolve, 20))
  }
}
const connected = async (order: readonly string[]): Promise<Bus> => {
  const config = { servers: order, user: 'log', password: 'log', name: 'bench', timeoutMilliseconds: 2_000 }
  for (let tries = 0; ; tries++) {
    const bus = await connectBus(config)
    if (E.isRight(bus)) return bus.right
    if (tries > 50) throw new Error(bus.left.message)
    await new Promise(resolve => setTimeout(resolve, 100))
  }
}
/** A connection to each server first, and to the others where it is gone. */
const buses = await Promise.all(urls.map((url, n) => connected([url, ...urls.toSpliced(n, 1)])))
const logs: EventLog[] = []
for (const bus of buses) {
  for (let tries = 0; ; tries++) {
    const log = await jetStreamEventLog(bus, { cluster: 'bench', replicas: 3 })
    if (E.isRight(log)) logs.push(log.right)
    if (E.isRight(log)) break
    if (tries > 100) throw new Error(log.left.message)
    await new Promise(resolve => setTimeout(resolve, 200))
  }
}
let serial = 0
const writes = async (log: EventLog): Promise<boolean> => {
  const event = samplePod(`pod-${++serial}`)
  return E.isRight(await log.append(event))
}
const leaderSeen = async (bus: Bus): Promise<string> => {
  const answer = await bus.request('$JS.API.STREAM.INFO.OBJECTS', Buffer.from(''), { timeoutMilliseconds: 200 })
  if (E.isLeft(answer)) return ''
  const info = JSON.parse(Buffer.from(answer.right).toString()) as { cluster?: { leader?: string } }
  return info.cluster?.leader ?? ''
}

const rows: (readonly (string | number)[])[] = []
for (let round = 0; round < rounds; round++) {
  await until('all servers keep the log', async () => {
    const info = await buses[0]?.request('$JS.API.STREAM.INFO.OBJECTS', Buffer.from(''))
    if (!info || E.isLeft(info)) return false
    const { cluster } = JSON.parse(Buffer.from(info.right).toString()) as {
      cluster?: { replicas?: readonly { current?: boolean; lag?: number }[] }
    }
    return cluster?.replicas?.length === 2 && cluster.replicas.every(({ current, lag = 0 }) => current && lag === 0)
  })
  for (const log of logs) await until('it writes', () => writes(log))
  const leader = names.indexOf(await leaderSeen(buses[0] as Bus))
  const other = (leader + 1) % 3
  // Heartbeats come once a second: how long before the next one it dies is a matter of luck.
  await new Promise(resolve => setTimeout(resolve, randomInt(1_000)))
  const reconnected = new Promise<void>(resolve => {
    const stop = buses[leader]?.onStatus(now => {
      if (now !== 'connected') return
      stop?.()
      resolve()
    })
  })
  const begun = performance.now()
  servers[leader]?.kill('SIGKILL')
  const took = async (holds: () => Promise<boolean>): Promise<number> => {
    await until('it goes on', holds)
    return performance.now() - begun
  }
  const third = buses[(leader + 2) % 3] as Bus
  const observed = await Promise.all([
    took(async () => !['', names[leader]].includes(await leaderSeen(third))),
    took(() => writes(logs[other] as EventLog)),
    took(() => writes(logs[leader] as EventLog)),
    reconnected.then(() => performance.now() - begun),
  ])
  rows.push([names[leader] ?? '', ...observed.map(each => (each / 1000).toFixed(2))])
  console.log(rows.at(-1)?.join(' '))
  servers[leader] = await start(leader)
}
table(['leader killed', 'another leads', 'writer of another', 'its own writer', 'its connection'], rows)
const mean = (column: number): string =>
  (rows.reduce((sum, row) => sum + Number(row[column]), 0) / rows.length).toFixed(2)
console.log(`seconds; on average ${[1, 2, 3, 4].map(mean).join(', ')}`)

for (const bus of buses) await bus.close()
for (const server of servers) {
  const gone = once(server, 'exit')
  server.kill()
  await gone
}
await rm(directory, { recursive: true })
