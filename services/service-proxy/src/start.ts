import { E, systemClock } from '@periplus/prelude'
import type { Clock } from '@periplus/prelude'
import { runEffect } from '@periplus/controller'
import type { EffectState, RunningEffect } from '@periplus/controller'
import { EndpointSlice, Node, Service } from '@periplus/kinds'
import type { Dataplane, Ruleset } from '@periplus/net'
import type { LiveCut } from '@periplus/projection'
import type { Logger } from '@periplus/service'
import type { NodeNetwork } from './node-network.ts'
import { rememberedRules } from './ruleset/remembered-rules.ts'
import { rulesetOf } from './ruleset/ruleset-of.ts'

export interface ServiceProxyConfig {
  readonly cut: LiveCut
  readonly dataplane: Dataplane
  readonly network: NodeNetwork
  readonly log: Logger
  readonly onBug: (error: unknown) => void
  readonly clock?: Clock
}

/** Others may be at the machine's rules: how often it is looked whether ours are still there. */
const refreshEvery = 30_000

const zoneLabel = 'topology.kubernetes.io/zone'

/**
 * Keeps a node's packet filter as the services of the cut want it. Stopping leaves the rules in place, so that connections go on
 * while nobody keeps them.
 */
export const start = (config: ServiceProxyConfig): RunningEffect => {
  const { cut, dataplane, network, log, onBug, clock = systemClock } = config
  const rulesOf = rememberedRules()
  return runEffect<Ruleset>(
    {
      name: 'service-proxy',
      wakes: ({ event: { ref } }) =>
        ref.resource === 'services' ||
        ref.resource === 'endpointslices' ||
        (ref.resource === 'nodes' && ref.name === network.nodeName),
      desired: at => {
        const zone = at.get(Node, '', network.nodeName)?.metadata.labels?.[zoneLabel]
        return rulesetOf(at.list(Service), at.list(EndpointSlice), network, zone, rulesOf)
      },
      apply: async ruleset => {
        const applied = await dataplane.apply(ruleset)
        return E.isRight(applied) ? E.right(undefined) : E.left(applied.left.message)
      },
    },
    { cut, clock, onBug, refreshEvery, report: state => tell(log, state) },
  )
}

const tell = (log: Logger, state: EffectState): void => {
  if (state.tag === 'Failing')
    log.error("the node's rules are not as the services want them", { reason: state.why, attempts: state.attempts })
  else log.info("the node's rules are as the services want them")
}
