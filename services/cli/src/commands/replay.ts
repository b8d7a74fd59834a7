import type { DecisionRecord } from '@periplus/controller'
import { differences, redecide } from '@periplus/replay'
import type { ChangedDecision } from '@periplus/replay'
import { controllersOf } from '@periplus/cluster/roles'
import type { Context } from '../context.ts'
import { withPast } from '../past/open-past.ts'
import { differenceLine } from '../views/history.ts'

const changeText = ({ record, now, error }: ChangedDecision): string => {
  const title = `${record.controller} ${record.key.namespace}/${record.key.name} at ${record.cut} (${record.id})`
  if (!now) return `${title}\n    failed: ${error ?? ''}`
  const { commands, requeueAfter, why } = record
  const lines = differences({ commands, requeueAfter, why }, now).map(one => `    ${differenceLine(one)}`)
  return [title, ...lines].join('\n')
}

/** Exit code 1 when a decision is taken differently now. */
export const replay = (context: Context): Promise<void> =>
  withPast(context, async past => {
    const records: DecisionRecord[] = []
    for await (const record of past.decisions()) records.push(record)
    const replayed = await redecide(past.log, records, controllersOf(past.ca))
    for (const change of replayed.changed) context.say(changeText(change))
    for (const [name, count] of replayed.unknown)
      context.say(`${count} decisions of ${name}, which is not built in, are left out`)
    if (replayed.missingPredecessor > 0)
      context.say(`${replayed.missingPredecessor} decisions that build on one whose record is not kept are left out`)
    if (replayed.older > 0)
      context.say(`${replayed.older} decisions that were taken before what is kept of the log are left out`)
    for (const [kind, count] of replayed.forgotten)
      context.say(`${count} decisions that look at ${kind} of a time that is not kept of them are left out`)
    context.say(`${replayed.decisions} decisions, ${replayed.identical} identical`)
    if (replayed.changed.length > 0) process.exitCode = 1
  })
