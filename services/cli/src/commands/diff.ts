import { CannotGoOn } from '@periplus/cluster'
import type { Context } from '../context.ts'
import { withPast } from '../past/open-past.ts'
import { differenceLine, shownDifferences } from '../views/history.ts'
import { namedObject } from './open.ts'
import { momentIfAny } from './since.ts'

export const diff = (
  context: Context,
  object: string,
  from: string,
  to: string | undefined,
  { namespace }: { namespace: string },
): Promise<void> => {
  const named = namedObject(object, namespace)
  return withPast(context, async past => {
    const moments = [from, to].map(momentIfAny)
    const [before, after] = await Promise.all(moments.map(moment => past.object(named, moment)))
    if (!before && !after) throw new CannotGoOn(`${object} was there at neither of these`)
    if (!before) context.say(`it was not there at ${from}`)
    if (!after) context.say(to === undefined ? 'it is not there now' : `it was not there at ${to}`)
    for (const difference of shownDifferences(before ?? {}, after ?? {})) context.say(differenceLine(difference))
  })
}
