import type { RecordedEvent } from '@periplus/log'
import { CannotGoOn } from '@periplus/cluster'
import type { Context } from '../context.ts'
import { eventJson, eventLine } from '../views/event-line.ts'
import { orEnd, sequenceArgument, withLog } from './open.ts'

const shownByDefault = 50

export const events = (
  context: Context,
  options: { readonly follow?: boolean; readonly since?: string; readonly output: string },
): Promise<void> =>
  withLog(context, async log => {
    if (options.output !== 'text' && options.output !== 'json') throw new CannotGoOn('--output is text or json')
    const { last } = orEnd(await log.bounds())
    const beginning = options.follow ? last + 1 : Math.max(1, last - shownByDefault + 1)
    const from = options.since === undefined ? beginning : await sequenceArgument(log, options.since)
    const show = (event: RecordedEvent): void =>
      context.say(options.output === 'json' ? eventJson(event) : eventLine(event))
    const stop = new AbortController()
    process.once('SIGINT', () => stop.abort())
    const batches = options.follow ? log.follow(from, stop.signal) : log.range(from, last, stop.signal)
    for await (const batch of batches) batch.forEach(show)
  })
