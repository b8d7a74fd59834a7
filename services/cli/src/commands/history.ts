import { historyOf } from '@periplus/replay'
import { CannotGoOn } from '@periplus/cluster'
import type { Context } from '../context.ts'
import { nameOf } from '../views/event-line.ts'
import { historyText } from '../views/history.ts'
import { namedObject, orEnd, withLog } from './open.ts'

export const log = (context: Context, object: string, { namespace }: { namespace: string }): Promise<void> => {
  const { ref } = namedObject(object, namespace)
  return withLog(context, async events => {
    const history = orEnd(await historyOf(events, ref))
    if (history.length === 0) throw new CannotGoOn(`the log knows no ${nameOf(ref)}`)
    context.say(historyText(history))
  })
}
