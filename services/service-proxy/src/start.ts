import { E, pause, systemClock } from '@periplus/prelude'
import type { Clock } from '@periplus/prelude'
import { runEffect } from '@periplus/controller'
import type { EffectState, RunningEffect } from '@periplus/controller'
import { EndpointSlice, Namespace, NetworkPolicy, Node, Pod, Service } from '@periplus/kinds'
import type { Dataplane, Flows } from '@periplus/net'
import type { Change, LiveCut } from '@periplus/projection'
import type { Logger } from '@periplus/service'
import { longestLeave } from './longest-leave.ts'
import type { NodeNetwork } from './node-network.ts'
import { earlyAddresses } from './policy/early-addresses.ts'
import { podNetworksOf } from './pod-networks.ts'
import { rememberedPolicies } from './policy/remembered-policies.ts'
import { foreseenSlices } from './ruleset/foreseen-slices.ts'
import { rememberedRules } from './ruleset/remembered-rules.ts'
import { sameDatagrams, staleFlows } from './ruleset/datagrams.ts'
import type { Datagrams } from './ruleset/datagrams.ts'
import { nodeRulesOf } from './ruleset/ruleset-of.ts'
import type { NodeRules } from './ruleset/ruleset-of.ts'
import { zoneOf } from './zone-of.ts'

export interface ServiceProxyConfig {
  readonly cut: LiveCut
  readonly dataplane: Dataplane
  readonly flows: Flows
  readonly network: NodeNetwork
  readonly log: Logger
  readonly onBug: (error: unknown) => void
  /** Whether the cut has other nodes' pods, and not only where policies are about them. Default: it has. */
  readonly isToldOfOthers?: boolean
  readonly clock?: Clock
}

/** Others may be at the machine's rules: how often it is looked whether ours are still there. */
const refreshEvery = 30_000

/** Its deletion has begun, which changes nothing but its metadata. */
const isLeaving = (type: Change['event']['type'], after: Change['after']): boolean =>
  type === 'metadata-changed' && after?.object().metadata.deletionTimestamp !== undefined

export interface RunningServiceProxy extends RunningEffect {
  /** Resolves when the policies about a pod, which has an address now and no container yet, are in force. */
  admit(uid: string, address: () => Promise<string | undefined>): Promise<void>
  /** Resolves when no service of this node leads to a pod any more whose end the cut knows of, or will not be waited for. */
  left(): Promise<void>
}

/**
 * Keeps a node's packet filter as the services and policies of the cut want it. Stopping leaves the rules in place, so that
 * connections go on while nobody keeps them.
 */
export const start = (config: ServiceProxyConfig): RunningServiceProxy => {
  const { cut, dataplane, flows, network, log, onBug, clock = systemClock } = config
  const rulesOf = rememberedRules()
  const policiesOf = rememberedPolicies(network.nodeName)
  const early = earlyAddresses()
  const forget = forgetStale(flows, log)
  const foresee = foreseenSlices(config.isToldOfOthers)
  const effect = runEffect<NodeRules>(
    {
      name: 'service-proxy',
      wakes: ({ event: { ref, type }, after }) => {
        switch (ref.resource) {
          case 'services':
          case 'endpointslices':
          case 'networkpolicies':
            return true
          case 'nodes':
            return ref.name === network.nodeName || type !== 'status-changed'
          case 'pods':
            return type === 'deleted' || isLeaving(type, after) || cut.list(NetworkPolicy).length > 0
          // Policies alone are about them.
          case 'namespaces':
            return cut.list(NetworkPolicy).length > 0
          default:
            return false
        }
      },
      desired: at => {
        const slices = foresee(at, at.list(EndpointSlice), network.nodeName)
        const zone = zoneOf(at, network.nodeName)
        const networks = podNetworksOf(at.list(Node), network.podCidr)
        const { ruleset, datagrams } = nodeRulesOf(at.list(Service), slices, network, zone, rulesOf, networks)
        const policies = policiesOf(
          { policies: at.list(NetworkPolicy), pods: at.list(Pod), namespaces: at.list(Namespace) },
          early.known(at.list(Pod)),
        )
        return {
          datagrams,
          ruleset: {
            chains: new Map([...ruleset.chains, ...policies.chains]),
            sets: new Map([...ruleset.sets, ...policies.sets]),
          },
        }
      },
      apply: async ({ ruleset, datagrams }) => {
        const applied = await dataplane.apply(ruleset)
        if (E.isLeft(applied)) return E.left(applied.left.message)
        await forget(datagrams)
        return E.right(undefined)
      },
    },
    { cut, clock, onBug, refreshEvery, report: state => tell(log, state) },
  )
  return Object.assign(effect, {
    admit: async (uid: string, address: () => Promise<string | undefined>): Promise<void> => {
      if (cut.list(NetworkPolicy).length === 0) return
      const ip = await address()
      if (ip === undefined) return
      early.add(uid, ip)
      await effect.renew()
    },
    left: () => Promise.race([effect.settled(), pause(clock, longestLeave)]),
  })
}

/** After the rules, so that nothing begins where they no longer lead. What cannot be forgotten ends by itself, if slowly. */
const forgetStale = (flows: Flows, log: Logger): ((datagrams: Datagrams) => Promise<void>) => {
  let done: Datagrams | undefined
  const failed = (reason: string): void => log.warn('datagrams may still reach endpoints that are gone', { reason })
  return async datagrams => {
    if (sameDatagrams(done, datagrams)) return
    const known = await flows.list()
    if (E.isLeft(known)) return failed(known.left)
    for (const flow of staleFlows(known.right, datagrams)) {
      const forgotten = await flows.forget(flow)
      if (E.isLeft(forgotten)) return failed(forgotten.left)
    }
    done = datagrams
  }
}

const tell = (log: Logger, state: EffectState): void => {
  if (state.tag === 'Failing')
    log.error("the node's rules are not as the services want them", { reason: state.why, attempts: state.attempts })
  else log.info("the node's rules are as the services want them")
}
