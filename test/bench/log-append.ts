/**
 * How fast events are appended, with the log's own append and with bare publishes that do the same compare-and-set, in the same
 * run on the same server, which syncs every acknowledged event to disk; and whether records beside the log slow it down. Run: `npx tsx test/bench/main.ts log-append.ts`.
 */
import { connectBus } from '@periplus/bus'
import { jetStreamEventLog, jetStreamRecordStream, subjectOf } from '@periplus/log'
import { temporaryNats } from '@periplus/service'
import { rate, right, samplePod, table } from './measure.ts'

const eventsARun = 3_000

const nats = await temporaryNats()
const bus = right(await connectBus({ ...nats.server, name: 'bench' }))
const log = right(await jetStreamEventLog(bus, { cluster: 'bench' }))

/** Runs `task` `eventsARun` times, `inFlight` at once; calls a second. */
const pipelined = async (inFlight: number, count: number, task: (index: number) => Promise<void>): Promise<number> => {
  let next = 0
  return rate(count, async () => {
    const worker = async (): Promise<void> => {
      for (let index = next++; index < count; index = next++) await task(index)
    }
    await Promise.all(Array.from({ length: inFlight }, worker))
  })
}

let run = 0
const rows: (readonly (string | number)[])[] = []
for (const inFlight of [1, 8, 64, 256]) {
  const count = inFlight === 1 ? eventsARun / 4 : eventsARun
  const bare = `bare-${++run}`
  const publishes = await pipelined(inFlight, count, async index => {
    const { id, ref, body } = samplePod(`${bare}-${index}`)
    const headers = [
      ['Nats-Msg-Id', id],
      ['Nats-Expected-Last-Subject-Sequence', '0'],
    ] as const
    const answer = await bus.jetstream.publish({ subject: subjectOf(ref), headers, data: body })
    if (answer.tag !== 'Stored') throw new Error(JSON.stringify(answer))
  })
  const whole = `whole-${++run}`
  const appends = await pipelined(inFlight, count, async index => {
    right(await log.append(samplePod(`${whole}-${index}`)))
  })
  rows.push([inFlight, Math.round(publishes), Math.round(appends), (appends / publishes).toFixed(2)])
}
const records = right(await jetStreamRecordStream(bus, { stream: 'DECISIONS' }))
const decision = Buffer.alloc(600, 'x')
const recorded = await pipelined(64, eventsARun, async index => {
  records.append('bench', decision)
  right(await log.append(samplePod(`recorded-${index}`)))
})
await records.flush()

table(['in flight', 'bare publishes/s', 'appends/s', 'ratio'], rows)

console.log(
  `64 in flight, each with a record of its decision: ${Math.round(recorded)} appends/s, ${records.dropped} dropped`,
)

await bus.close()
await nats.dispose()
