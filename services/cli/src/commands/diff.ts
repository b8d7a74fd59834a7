import type { Context } from '../context.ts'
import { withPast } from '../past/open-past.ts'
import { differenceLine, shownDifferences } from '../views/history.ts'
import { namedObject } from './open.ts'

export const diff = (
  context: Context,
  object: string,
  from: string,
  to: string | undefined,
  { namespace }: { namespace: string },
): Promise<void> => {
  const named = namedObject(object, namespace)
  return withPast(context, async past => {
    const [before, after] = [await past.object(named, from), await past.object(named, to)]
    for (const difference of shownDifferences(before, after)) context.say(differenceLine(difference))
  })
}
