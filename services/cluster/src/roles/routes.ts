import { systemClock } from '@periplus/prelude'
import { runEffect } from '@periplus/controller'
import type { Effect } from '@periplus/controller'
import { Node, blockText, ipFamilyOf, ipv4BlockOf } from '@periplus/kinds'
import type { IpBlock } from '@periplus/kinds'
import { applyRoutes } from '@periplus/net'
import type { Route } from '@periplus/net'
import type { Cut } from '@periplus/projection'
import { overlayDeviceOf, overlayId, routeProtocol } from '../home/networks.ts'
import type { RoleProcess } from './role.ts'

/** Wider networks are nobody's pods: a node that says so wants what is others'. */
const fewestBits = 16

const overlap = (one: IpBlock, other: IpBlock): boolean => one.first <= other.last && other.first <= one.last

const ageOf = ({ metadata }: Node): string => `${metadata?.creationTimestamp ?? ''}/${metadata?.name ?? ''}`

/**
 * Pure: the way to the pods of every other node, which is that node itself. What a node says of itself takes nothing from others: not
 * what is this node's (`kept`), nor what an older node has.
 */
export const wantedRoutes = (cut: Cut, own: string, kept: readonly string[]): readonly Route[] => {
  const taken = kept.flatMap(cidr => ipv4BlockOf(cidr) ?? [])
  const others = cut.list(Node).filter(({ metadata }) => metadata.name !== own)
  return [...others]
    .sort((one, other) => (ageOf(one) < ageOf(other) ? -1 : 1))
    .flatMap(({ spec, status }): readonly Route[] => {
      const via = status?.addresses?.find(({ type }) => type === 'InternalIP')?.address ?? ''
      const block = ipv4BlockOf(spec?.podCIDR ?? '')
      if (!block || block.bits < fewestBits || ipFamilyOf(via) !== 4) return []
      if (taken.some(one => overlap(one, block))) return []
      taken.push(block)
      return [{ network: blockText(block), via }]
    })
}

interface WantedNetwork {
  readonly routes: readonly Route[]
  /** Where others reach this node; absent until it says so. */
  readonly own?: string
}

const addressOf = (cut: Cut, own: string): string | undefined =>
  cut
    .list(Node)
    .find(({ metadata }) => metadata.name === own)
    ?.status?.addresses?.find(({ type, address }) => type === 'InternalIP' && ipFamilyOf(address ?? '') === 4)?.address

/** To hosts of the same segment by themselves, to others by an overlay; where there is no other host there is nothing to do. */
export const keepRoutes = ({ home, cut, cluster, logger, onBug, onStop }: RoleProcess): void => {
  if (cluster.runtime.tag !== 'containerd' || (cluster.advertise === undefined && cluster.joined === undefined)) return
  const log = logger.for('routes')
  const { nodeName, podCidr, serviceCidr } = cluster
  const overlay = { device: overlayDeviceOf(home), id: overlayId(cluster), network: podCidr }
  const effect: Effect<WantedNetwork> = {
    name: 'routes',
    wakes: ({ event }) => event.ref.group === '' && event.ref.resource === 'nodes',
    desired: at => {
      const own = addressOf(at, nodeName)
      return {
        routes: wantedRoutes(at, nodeName, [podCidr, serviceCidr]),
        ...(own === undefined ? {} : { own }),
      }
    },
    apply: ({ routes, own }) =>
      applyRoutes(routeProtocol(home), routes, own === undefined ? undefined : { ...overlay, own }),
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
