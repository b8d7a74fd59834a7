import { CannotGoOn } from '@periplus/cluster'
import type { Context } from '../context.ts'
import { withPast } from '../past/open-past.ts'
import { nameOf } from '../views/event-line.ts'
import { historyText } from '../views/history.ts'
import { namedObject, noteForgotten, noteWithheld } from './open.ts'

export const log = (context: Context, object: string, { namespace }: { namespace: string }): Promise<void> => {
  const named = namedObject(object, namespace)
  return withPast(context, async past => {
    const { events, withheld, from } = await past.history(named)
    if (events.length + withheld === 0) throw new CannotGoOn(`the log knows no ${nameOf(named.ref)}`)
    if (events.length > 0) context.say(historyText(events))
    noteWithheld(context, withheld)
    noteForgotten(context, named.ref, from, events[0]?.previous === 0)
  })
}
