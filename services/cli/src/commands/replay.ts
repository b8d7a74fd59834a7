import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { recordedDecisions } from '@periplus/controller'
import type { DecisionRecord } from '@periplus/controller'
import { differences, redecide } from '@periplus/replay'
import type { ChangedDecision } from '@periplus/replay'
import { controllersOf, openDecisions } from '@periplus/cluster/roles'
import type { Context } from '../context.ts'
import { differenceLine } from '../views/history.ts'
import { withLog } from './open.ts'

const changeText = ({ record, now, error }: ChangedDecision): string => {
  const title = `${record.controller} ${record.key.namespace}/${record.key.name} at ${record.cut} (${record.id})`
  if (!now) return `${title}\n    failed: ${error ?? ''}`
  const { commands, requeueAfter, why } = record
  const lines = differences({ commands, requeueAfter, why }, now).map(one => `    ${differenceLine(one)}`)
  return [title, ...lines].join('\n')
}

/** Exit code 1 when a decision is taken differently now. */
export const replay = (context: Context): Promise<void> =>
  withLog(context, async (log, bus) => {
    const records: DecisionRecord[] = []
    for await (const record of recordedDecisions(await openDecisions(bus)).all()) records.push(record)
    const caPem = readFileSync(join(context.home.pki, 'ca.crt'), 'utf8')
    const replayed = await redecide(log, records, controllersOf(caPem))
    for (const change of replayed.changed) context.say(changeText(change))
    for (const [name, count] of replayed.unknown)
      context.say(`${count} decisions of ${name}, which is not built in, are left out`)
    if (replayed.rootless > 0)
      context.say(`${replayed.rootless} decisions that build on one whose record is not kept are left out`)
    context.say(`${replayed.decisions} decisions, ${replayed.identical} identical`)
    if (replayed.changed.length > 0) process.exitCode = 1
  })
