import { stringify } from 'yaml'
import { toJson } from '@periplus/api'
import { CannotGoOn } from '@periplus/cluster'
import type { Context } from '../context.ts'
import { withPast } from '../past/open-past.ts'
import { absenceText } from '../views/absence.ts'
import { namedObject } from './open.ts'
import { momentIfAny } from './since.ts'

interface ShowOptions {
  readonly namespace: string
  readonly at?: string
  readonly output: string
}

export const show = (context: Context, object: string, options: ShowOptions): Promise<void> => {
  const { namespace, output } = options
  const at = momentIfAny(options.at)
  if (output !== 'yaml' && output !== 'json') throw new CannotGoOn('--output is yaml or json')
  const named = namedObject(object, namespace)
  return withPast(context, async past => {
    const shown = await past.object(named, at)
    if (!shown) {
      const { events } = await past.history(named)
      const sequence = at === undefined ? (events.at(-1)?.sequence ?? 0) : await past.sequence(at)
      throw new CannotGoOn(absenceText(named.ref, sequence, events))
    }
    context.say(output === 'json' ? toJson(shown, 4) : stringify(shown).trimEnd())
  })
}
