import { cutAt, why as explain } from '@periplus/replay'
import { recordedDecisions } from '@periplus/controller'
import { builtinRegistry } from '@periplus/custom'
import { CannotGoOn } from '@periplus/cluster'
import { openDecisions, reasonsFor } from '@periplus/cluster/roles'
import type { Context } from '../context.ts'
import { columns } from '../views/columns.ts'
import { nameOf } from '../views/event-line.ts'
import { whyText } from '../views/why.ts'
import { namedObject, orEnd, withLog } from './open.ts'

/** What led to an object; of services and their endpoints also what answers for them, and what does not. */
export const why = (context: Context, object: string, { namespace }: { namespace: string }): Promise<void> => {
  const { ref } = namedObject(object, namespace)
  return withLog(context, async (log, bus) => {
    const decisions = recordedDecisions(await openDecisions(bus))
    const explained = orEnd(await explain(log, decisions, ref))
    if (explained.length === 0) throw new CannotGoOn(`the log knows no ${nameOf(ref)}`)
    context.say(whyText(builtinRegistry, explained))
    if (!isAboutEndpoints(ref)) return
    const sequence = orEnd(await log.bounds()).last
    const reasons = reasonsFor(orEnd(await cutAt(log)({ tag: 'Sequence', sequence })).cut, ref)
    if (!reasons) return
    context.say('')
    context.say(
      reasons.length === 0
        ? 'nothing answers for the service'
        : columns(reasons.map(({ endpoint, state, why: because }) => [endpoint, state, because])),
    )
  })
}

const isAboutEndpoints = ({ group, resource }: { readonly group: string; readonly resource: string }): boolean =>
  (group === '' && (resource === 'services' || resource === 'endpoints')) ||
  (group === 'discovery.k8s.io' && resource === 'endpointslices')
