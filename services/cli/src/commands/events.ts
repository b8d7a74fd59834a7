import { CannotGoOn } from '@periplus/cluster'
import type { Context } from '../context.ts'
import { withPast } from '../past/open-past.ts'
import { eventJson, eventLine } from '../views/event-line.ts'
import { momentIfAny } from './since.ts'

export const events = (
  context: Context,
  options: { readonly follow?: boolean; readonly since?: string; readonly output: string },
): Promise<void> => {
  const { follow = false, output } = options
  const since = momentIfAny(options.since)
  if (output !== 'text' && output !== 'json') throw new CannotGoOn('--output is text or json')
  return withPast(context, async past => {
    const stop = new AbortController()
    process.once('SIGINT', () => stop.abort())
    for await (const event of past.events({ since, follow, signal: stop.signal }))
      context.say(output === 'json' ? eventJson(event) : eventLine(event))
  })
}
