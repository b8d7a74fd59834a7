import { stringify } from 'yaml'
import { cutAt } from '@periplus/replay'
import type { Context } from '../main.ts'
import { CannotGoOn } from '../up/say.ts'
import { namedObject, orEnd, sequenceArgument, withLog } from './open.ts'

export const show = (context: Context, object: string, options: { namespace: string; at?: string }): Promise<void> => {
  const { ref } = namedObject(object, options.namespace)
  return withLog(context, async log => {
    const sequence = options.at === undefined ? orEnd(await log.bounds()).last : await sequenceArgument(log, options.at)
    const entry = orEnd(await cutAt(log)({ tag: 'Sequence', sequence })).entry(ref)
    if (!entry) throw new CannotGoOn(`there was no ${object} in namespace ${options.namespace} at ${sequence}`)
    context.say(stringify(entry.object()).trimEnd())
  })
}
