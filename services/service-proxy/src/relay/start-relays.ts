import { E, pause, systemClock } from '@periplus/prelude'
import type { Clock } from '@periplus/prelude'
import { runEffect } from '@periplus/controller'
import type { RunningEffect } from '@periplus/controller'
import { EndpointSlice, Service } from '@periplus/kinds'
import type { Pod } from '@periplus/kinds'
import type { Relays, Unopened } from '@periplus/net'
import { podsOnNode } from '@periplus/projection'
import type { Entry, LiveCut } from '@periplus/projection'
import type { Logger } from '@periplus/service'
import { foreseenSlices } from '../ruleset/foreseen-slices.ts'
import { longestLeave } from '../longest-leave.ts'
import { zoneOf } from '../zone-of.ts'
import { wantedRelays } from './wanted-relays.ts'
import type { WantedRelays } from './wanted-relays.ts'

export interface ServiceRelaysConfig {
  readonly cut: LiveCut
  readonly relays: Relays
  readonly nodeName: string
  readonly log: Logger
  readonly onBug: (error: unknown) => void
  /** Whether the cut has other nodes' pods. Default: it has. */
  readonly isToldOfOthers?: boolean
  readonly clock?: Clock
}

export interface RunningServiceRelays extends RunningEffect {
  /** Parts of services that nobody can reach, and why. */
  readonly unserved: readonly string[]
  /** Resolves when no service of this node leads to a pod any more whose end the cut knows of, or will not be waited for. */
  left(): Promise<void>
}

const nodeOf = (entry: Entry | undefined): string | undefined => (entry?.object() as Pod | undefined)?.spec?.nodeName

/** Who else holds an address may let it go. */
const tryEvery = 10_000

const textOf = ({ relay: { protocol, address, port }, reason }: Unopened): string =>
  `${protocol} ${address}:${port}: ${reason === 'EACCES' ? 'ports below 1024 are for root' : reason}`

/**
 * Keeps services of a node whose pods are plain processes: its own process listens at their addresses, which are of loopback, and hands
 * on what comes. Stopping ends connections.
 */
export const startRelays = (config: ServiceRelaysConfig): RunningServiceRelays => {
  const { cut, relays, nodeName, log, onBug, clock = systemClock } = config
  const foresee = foreseenSlices(config.isToldOfOthers)
  let unserved: readonly string[] = []
  const effect = runEffect<WantedRelays>(
    {
      name: 'service-relays',
      wakes: ({ event: { ref }, before, after }) =>
        ref.resource === 'services' ||
        ref.resource === 'endpointslices' ||
        (ref.resource === 'nodes' && ref.name === nodeName) ||
        (ref.resource === 'pods' && nodeOf(after ?? before) === nodeName),
      desired: at =>
        wantedRelays(
          {
            services: at.list(Service),
            slices: foresee(at, at.list(EndpointSlice), nodeName),
            pods: at.by(podsOnNode, nodeName),
          },
          { nodeName, zone: zoneOf(at, nodeName) },
        ),
      apply: async wanted => {
        const unopened = await relays.apply(wanted.relays)
        const now = [...wanted.unserved, ...unopened.map(textOf)]
        const news = now.filter(line => !unserved.includes(line))
        if (news.length > 0) log.warn('parts of services cannot be reached on this node', { of: news.join('; ') })
        unserved = now
        return E.right(undefined)
      },
    },
    { ...{ cut, clock, onBug }, refreshEvery: tryEvery },
  )
  return {
    name: effect.name,
    get state() {
      return effect.state
    },
    get unserved() {
      return unserved
    },
    renew: () => effect.renew(),
    settled: () => effect.settled(),
    left: () => Promise.race([effect.settled(), pause(clock, longestLeave)]),
    stop: async () => {
      await effect.stop()
      await relays.close()
    },
  }
}
