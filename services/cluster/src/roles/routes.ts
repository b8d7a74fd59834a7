import { systemClock } from '@periplus/prelude'
import { runEffect } from '@periplus/controller'
import type { Effect } from '@periplus/controller'
import { Node } from '@periplus/kinds'
import { applyRoutes } from '@periplus/net'
import type { Route } from '@periplus/net'
import type { Cut } from '@periplus/projection'
import { routeProtocol } from '../home/networks.ts'
import type { RoleProcess } from './role.ts'

/** Pure: the way to the pods of every other node, which is that node itself. */
export const wantedRoutes = (cut: Cut, own: string): readonly Route[] =>
  cut.list(Node).flatMap(({ metadata, spec, status }): readonly Route[] => {
    const via = status?.addresses?.find(({ type }) => type === 'InternalIP')?.address
    const network = spec?.podCIDR
    return metadata.name === own || !network || !via || via.includes(':') ? [] : [{ network, via }]
  })

/** Of hosts on one segment; where there is no other host there is nothing to do. */
export const keepRoutes = ({ home, cut, cluster, logger, onBug, onStop }: RoleProcess): void => {
  if (cluster.runtime.tag !== 'containerd' || (cluster.advertise === undefined && cluster.joined === undefined)) return
  const log = logger.for('routes')
  const effect: Effect<readonly Route[]> = {
    name: 'routes',
    wakes: ({ event }) => event.ref.group === '' && event.ref.resource === 'nodes',
    desired: cut => wantedRoutes(cut, cluster.nodeName),
    apply: routes => applyRoutes(routeProtocol(home), routes),
  }
  onStop(
    runEffect(effect, {
      ...{ cut, clock: systemClock, onBug },
      report: state => {
        if (state.tag === 'Failing') log.warn('the pods of another host are not reached', { reason: state.why })
      },
    }),
  )
}
