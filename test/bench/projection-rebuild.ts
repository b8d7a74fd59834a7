/**
 * How long it takes to build the Redis projection of 100,000 objects from the log, as after a FLUSHALL, and to start a process's
 * cut from it or from the log. Run: `npx tsx test/bench/main.ts projection-rebuild.ts`.
 */
import { connectBus } from '@periplus/bus'
import { jetStreamEventLog } from '@periplus/log'
import { keepProjected, redisProjection, startLiveCut } from '@periplus/projection'
import type { Progress } from '@periplus/projection'
import { temporaryNats, temporaryRedis } from '@periplus/service'
import { right, samplePod, table } from './measure.ts'

const objects = Number(process.argv[2] ?? 100_000)

const nats = await temporaryNats({ sync: 'interval' })
const redis = await temporaryRedis()
const bus = right(await connectBus({ ...nats.server, name: 'bench' }))
const log = right(await jetStreamEventLog(bus, { cluster: 'bench' }))
const projection = redisProjection({ url: redis.server.url })

for (let i = 0; i < objects; i += 1_000)
  await Promise.all(
    Array.from({ length: Math.min(1_000, objects - i) }, (_, j) => log.append(samplePod(`pod-${i + j}`)).then(right)),
  )

const seconds = async (work: () => Promise<void>): Promise<number> => {
  const start = performance.now()
  await work()
  return (performance.now() - start) / 1000
}

const build = (): Promise<number> =>
  seconds(async () => {
    const stop = new AbortController()
    const onProgress = (progress: Progress): void => {
      if (progress.tag === 'Applied' && progress.applied >= objects) stop.abort()
    }
    await keepProjected({ log, projection, signal: stop.signal, onProgress })
  })
const start = (store?: typeof projection): Promise<number> =>
  seconds(async () => {
    const { cut, close } = await startLiveCut({ log, ...(store ? { store } : {}) })
    if (cut.entries('', 'pods').length !== objects) throw new Error('not all are there')
    await close()
  })

const built = await build()
const first = right(await projection.contentHash()).value
right(await projection.clear())
const rebuilt = await build()
const second = right(await projection.contentHash()).value
const fromLog = await start()
const fromRedis = await start(projection)

const row = (what: string, time: number) => [what, time.toFixed(2), Math.round(objects / time)]
table(
  [`${objects} objects`, 'seconds', 'objects/s'],
  [
    row('Redis from the log', built),
    row('again, after a flush', rebuilt),
    row('a cut from the log', fromLog),
    row('a cut from Redis', fromRedis),
  ],
)
console.log(first === second ? 'the rebuilt content is identical' : 'THE REBUILT CONTENT DIFFERS')

await projection.close()
await bus.close()
await redis.dispose()
await nats.dispose()
