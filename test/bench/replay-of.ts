/**
 * The log of a running cluster: folded from its beginning, then with every decision taken again on the way. In a process of its
 * own, as `periplus replay` is. Run by cluster.ts, with the cluster's home as its argument.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Bus } from '@periplus/bus'
import { recordedDecisions } from '@periplus/controller'
import type { DecisionRecord } from '@periplus/controller'
import { Pod } from '@periplus/kinds'
import { jetStreamEventLog, jetStreamRecordStream } from '@periplus/log'
import type { EventLog } from '@periplus/log'
import { foldTo, redecide } from '@periplus/replay'
import { controllersOf } from '../../services/cluster/src/roles/controllers.ts'
import { natsBus } from './cluster/nats-bus.ts'
import type { Row } from './cluster/report.ts'
import { bestOf, right } from './measure.ts'

/** The log is short: about a second of reading, most of which a process that has just begun spends on compiling. */
const runs = 10

const recordsOf = async (bus: Bus): Promise<readonly DecisionRecord[]> => {
  const records: DecisionRecord[] = []
  const stream = right(await jetStreamRecordStream(bus, { stream: 'DECISIONS' }))
  for await (const record of recordedDecisions(stream).all()) records.push(record)
  return records
}

const [home = '', pods = '0'] = process.argv.slice(2)
const rows: Row[] = []
const row = (what: string, figure: string, aim = ''): void => void rows.push([what, figure, aim])

const bus = await natsBus(home)
const log: EventLog = right(await jetStreamEventLog(bus, { cluster: 'periplus' }))
const { last } = right(await log.bounds())
const fold = async (): Promise<void> => {
  const cut = await foldTo(log, last)
  if (cut.entries(Pod.group, Pod.resource).length < Number(pods)) throw new Error('the fold lost pods')
}
const first = await bestOf(1, last, fold)
row('replay, events folded/s, the first time', `${first.rate.toFixed(0)} (${last} events)`)
const folded = await bestOf(runs, last, fold)
row(
  `replay, events folded/s, best of ${runs}`,
  `${folded.rate.toFixed(0)} (${folded.cpu.toFixed(1)} µs of CPU)`,
  '100,000',
)

const records = await recordsOf(bus)
const controllers = controllersOf(readFileSync(join(home, 'pki/ca.crt'), 'utf8'))
const redecided = await bestOf(runs, records.length, async () => {
  const { identical, decisions } = await redecide(log, records, controllers)
  if (identical !== decisions) throw new Error(`${decisions - identical} of ${decisions} decisions differ`)
})
const deciding = 1 / (1 / redecided.rate - last / folded.rate / records.length)
row(
  `replay, decisions taken again/s, without the folding between them`,
  `${deciding.toFixed(0)} (${(redecided.cpu - (folded.cpu * last) / records.length).toFixed(0)} µs of CPU)`,
  '10,000',
)
row(
  `the same, folding included, best of ${runs}`,
  `${redecided.rate.toFixed(0)} (${records.length} decisions, all identical)`,
)
await bus.close()
process.send?.(rows)
