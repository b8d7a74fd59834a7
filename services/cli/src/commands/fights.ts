import { formatDuration, parseDuration } from '@periplus/api'
import { builtinRegistry } from '@periplus/custom'
import { CannotGoOn } from '@periplus/cluster'
import type { RecordedEvent } from '@periplus/log'
import { E } from '@periplus/prelude'
import { fightsIn } from '@periplus/replay'
import type { Context } from '../context.ts'
import { withPast } from '../past/open-past.ts'
import type { Past, ToldEvent } from '../past/past.ts'
import { nameOf } from '../views/event-line.ts'
import { chainOf, fightTitle } from '../views/fights.ts'
import { whyText } from '../views/why.ts'

/** What `fights` is told on the command line. */
export interface FightsOptions {
  readonly namespace?: string
  readonly since: string
  readonly window: string
}

const milliseconds = (option: string, text: string): number => {
  const duration = parseDuration(text)
  if (E.isLeft(duration) || duration.right <= 0) throw new CannotGoOn(`${option} ${text} is no duration, such as 10m`)
  return duration.right
}

/** Shows who fights whom over what: two writers who put back what the other has written, with what led either of them to do so. */
export const fights = (context: Context, { namespace, since, window }: FightsOptions): Promise<void> => {
  const [back, between] = [milliseconds('--since', since), milliseconds('--window', window)]
  return withPast(context, async past => {
    const from = new Date(Date.now() - back).toISOString()
    const found = await fightsIn(inNamespace(past.events({ ...everything, since: from }), namespace), {
      window: between,
    })
    if (found.length === 0) return context.say(`nobody has fought anybody in the last ${formatDuration(back)}`)
    // Over several fields of one object there are several fights.
    const known = new Map<string, readonly ToldEvent[]>()
    for (const fight of found) {
      context.say(fightTitle(fight))
      const kind = builtinRegistry.stored(fight.ref.group, fight.ref.resource)
      const told = known.get(nameOf(fight.ref)) ?? (kind ? await reasons(past, { kind, ref: fight.ref }) : [])
      known.set(nameOf(fight.ref), told)
      for (const last of fight.last) context.say(indented(whyText(builtinRegistry, chainOf(last, told))))
    }
  })
}

const everything = { follow: false, signal: new AbortController().signal }

const reasons = async (past: Past, object: Parameters<Past['why']>[0]): Promise<readonly ToldEvent[]> =>
  (await past.why(object)).events

async function* inNamespace(
  events: AsyncIterable<RecordedEvent>,
  namespace: string | undefined,
): AsyncGenerator<RecordedEvent> {
  for await (const event of events) if (namespace === undefined || event.ref.namespace === namespace) yield event
}

const indented = (text: string): string => text.replace(/^/gm, '    ')
