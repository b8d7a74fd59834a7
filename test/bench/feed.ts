/**
 * What consumers from outside cost who writes: appends a second, and the processor time of the log's server for them, without the feed,
 * with it, and with a hundred consumers that read all of it meanwhile. Run: `npx tsx test/bench/main.ts feed.ts`.
 */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { connectBus } from '@periplus/bus'
import { feedStream, jetStreamEventLog } from '@periplus/log'
import { temporaryFeed, temporaryNats } from '@periplus/service'
import { inFlight, rate, right, samplePod, table } from './measure.ts'
import { cpuDuring } from './processes.ts'

const events = 3_000
const rounds = 3
const side = fileURLToPath(new URL('feed-side.js', import.meta.url))

/** One round on servers of its own. */
const round = async (readers: number | undefined): Promise<readonly number[]> => {
  const nats = await temporaryNats()
  const feed = await temporaryFeed(feedStream)
  const { servers, user, password } = nats.server
  const bus = right(await connectBus({ servers, user, password, name: 'bench' }))
  const log = right(await jetStreamEventLog(bus, { cluster: 'bench' }))
  const places = {
    log: { servers, user, password },
    feed: { servers: `127.0.0.1:${feed.server.port}`, user: feed.server.user, password: feed.server.password },
    readers,
  }
  const child = readers === undefined ? undefined : fork(side, [JSON.stringify(places)])
  if (child) await once(child, 'message')
  let writes = 0
  const cpu = await cpuDuring({ log: nats.server.pid, feed: feed.server.pid }, async () => {
    writes = await rate(events, () =>
      inFlight(64, events, async i => void right(await log.append(samplePod(`pod-${i}`)))),
    )
  })
  child?.send('how much')
  const read = child ? Number(((await once(child, 'message')) as [number])[0]) : 0
  child?.kill()
  if (child) await once(child, 'exit')
  await bus.close()
  await nats.dispose()
  await feed.dispose()
  return [writes, ((cpu['log'] ?? 0) * 1000) / events, ((cpu['feed'] ?? 0) * 1000) / events, read]
}

const ways = [
  ['no feed', undefined],
  ['the feed, read by nobody', 0],
  ['the feed, read by 100', 100],
] as const
const measured = new Map<string, (readonly number[])[]>(ways.map(([name]) => [name, []]))
for (let i = 0; i < rounds; i++) for (const [name, readers] of ways) measured.get(name)?.push(await round(readers))
table(
  [
    '',
    'writes/s (best)',
    "us of the log's server a write (least)",
    "us of the feed's server a write (least)",
    'read meanwhile (most)',
  ],
  [...measured].map(([name, found]) => [
    name,
    Math.round(Math.max(...found.map(one => one[0] ?? 0))),
    ...[1, 2].map(column => Math.round(Math.min(...found.map(one => one[column] ?? 0)))),
    Math.max(...found.map(one => one[3] ?? 0)),
  ]),
)
