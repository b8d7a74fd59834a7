import { stringify } from 'yaml'
import { toJson } from '@periplus/api'
import { cutAt, historyOf } from '@periplus/replay'
import { CannotGoOn } from '@periplus/cluster'
import type { Context } from '../context.ts'
import { absenceText } from '../views/absence.ts'
import { namedObject, orEnd, sequenceArgument, withLog } from './open.ts'

interface ShowOptions {
  readonly namespace: string
  readonly at?: string
  readonly output: string
}

export const show = (context: Context, object: string, options: ShowOptions): Promise<void> => {
  if (options.output !== 'yaml' && options.output !== 'json') throw new CannotGoOn('--output is yaml or json')
  const { ref } = namedObject(object, options.namespace)
  return withLog(context, async log => {
    const sequence = options.at === undefined ? orEnd(await log.bounds()).last : await sequenceArgument(log, options.at)
    const entry = orEnd(await cutAt(log)({ tag: 'Sequence', sequence })).cut.entry(ref)
    if (!entry) throw new CannotGoOn(absenceText(ref, sequence, orEnd(await historyOf(log, ref))))
    const shown = entry.object()
    context.say(options.output === 'json' ? toJson(shown, 4) : stringify(shown).trimEnd())
  })
}
