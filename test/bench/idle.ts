/**
 * What an idle cluster adds to its disk in a day, by what it adds in some minutes: events (heartbeats, of which each takes the one before it away),
 * messages that stay, decisions, bytes. Run: `npx tsx test/bench/main.ts idle.ts`, with `MINUTES` for a longer look.
 */
import { homeOf, settings } from '@periplus/cluster'
import { openBus } from '@periplus/cluster/roles'
import { readSettings } from '@periplus/service'
import { removeCluster, testCluster } from '../e2e/cluster.ts'
import { right, table } from './measure.ts'

const minutes = Number(process.env['MINUTES'] || 3)
const minute = 60_000
const wait = (milliseconds: number): Promise<void> => new Promise(resolve => setTimeout(resolve, milliseconds))

const cluster = testCluster({ PERIPLUS_RUNTIME: 'hollow' })
const { code, stderr } = await cluster.periplus('up')
if (code !== 0) throw new Error(stderr)
await cluster.ok('create deployment web --image=nginx --replicas=10')
const bus = await openBus(homeOf(cluster.home), right(readSettings(settings, {})), 'bench', 'reader')
const streams = ['OBJECTS', 'DECISIONS', 'LOGS'] as const
const look = () => Promise.all(streams.map(async name => right(await bus.jetstream.state(name))))

await wait(2 * minute)
const before = await look()
await wait(minutes * minute)
const after = await look()
const aDay = (from: number | undefined, to: number | undefined): number =>
  Math.round((((to ?? 0) - (from ?? 0)) * 24 * 60) / minutes)
table(
  ['stream', 'sequences a day', 'messages a day', 'KiB a day'],
  streams.map((name, i) => [
    name,
    aDay(before[i]?.lastSequence, after[i]?.lastSequence),
    aDay(before[i]?.messages, after[i]?.messages),
    Math.round(aDay(before[i]?.bytes, after[i]?.bytes) / 1024),
  ]),
)
await bus.close()
await removeCluster(cluster)
