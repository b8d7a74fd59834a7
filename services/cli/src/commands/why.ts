import { why as explain } from '@periplus/replay'
import { recordedDecisions } from '@periplus/controller'
import { builtinRegistry } from '@periplus/custom'
import type { Context } from '../context.ts'
import { openDecisions } from '../up/process.ts'
import { CannotGoOn } from '../up/say.ts'
import { nameOf } from '../views/event-line.ts'
import { whyText } from '../views/why.ts'
import { namedObject, orEnd, withLog } from './open.ts'

export const why = (context: Context, object: string, { namespace }: { namespace: string }): Promise<void> => {
  const { ref } = namedObject(object, namespace)
  return withLog(context, async (log, bus) => {
    const decisions = recordedDecisions(await openDecisions(bus))
    const explained = orEnd(await explain(log, decisions, ref))
    if (explained.length === 0) throw new CannotGoOn(`the log knows no ${nameOf(ref)}`)
    context.say(whyText(builtinRegistry, explained))
  })
}
