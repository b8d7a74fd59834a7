import { builtinRegistry } from '@periplus/custom'
import { CannotGoOn } from '@periplus/cluster'
import type { Context } from '../context.ts'
import { withPast } from '../past/open-past.ts'
import { columns } from '../views/columns.ts'
import { nameOf } from '../views/event-line.ts'
import { whyText } from '../views/why.ts'
import { namedObject, noteForgotten, noteWithheld } from './open.ts'

/** What led to an object; of services and their endpoints also what answers for them, and what does not. */
export const why = (context: Context, object: string, { namespace }: { namespace: string }): Promise<void> => {
  const named = namedObject(object, namespace)
  return withPast(context, async past => {
    const { events, withheld, from, endpoints } = await past.why(named)
    if (events.length + withheld === 0) throw new CannotGoOn(`the log knows no ${nameOf(named.ref)}`)
    if (events.length > 0) context.say(whyText(builtinRegistry, events))
    noteWithheld(context, withheld)
    noteForgotten(context, named.ref, from, events.find(({ own }) => own)?.event.type === 'created')
    if (!isAboutEndpoints(named.ref) || !endpoints) return
    context.say('')
    context.say(
      endpoints.length === 0
        ? 'nothing answers for the service'
        : columns(endpoints.map(({ endpoint, state, why: because }) => [endpoint, state, because])),
    )
  })
}

const isAboutEndpoints = ({ group, resource }: { readonly group: string; readonly resource: string }): boolean =>
  (group === '' && (resource === 'services' || resource === 'endpoints')) ||
  (group === 'discovery.k8s.io' && resource === 'endpointslices')
