import { readFileSync } from 'node:fs'
import { assertNever, freshSeed, seededRandom, systemClock } from '@periplus/prelude'
import type { ServiceNetwork } from '@periplus/node-agent'
import { conntrackFlows, relaysHere } from '@periplus/net'
import { answerHealthChecks, start as startServiceProxy, startRelays } from '@periplus/service-proxy'
import type { RunningServiceProxy } from '@periplus/service-proxy'
import { addressIn, bridgeOf, isRelayed, namePort, packetFilter } from '../home/networks.ts'
import type { NodeNetworking, Provided, RoleProcess } from './role.ts'

/** What leads to services on this node: the packet filter where pods have a bridge, this process where they are plain processes. */
export const startProxy = async (process: RoleProcess): Promise<Provided> => {
  if (process.cluster.runtime.tag === 'containerd') return filtered(process)
  return isRelayed(process.cluster) ? relayed(process) : {}
}

const filtered = async (process: RoleProcess): Promise<Provided> => {
  const { home, cut, cluster, isFed, logger, onBug, onStop } = process
  const { nodeName, podCidr, serviceCidr } = cluster
  const proxy = startServiceProxy({
    ...{ cut, log: logger.for('service-proxy'), onBug, isToldOfOthers: !isFed },
    dataplane: packetFilter(home),
    flows: conntrackFlows(),
    network: { nodeName, podCidr, serviceCidr, bridge: bridgeOf(home), gateway: addressIn(podCidr, 1) },
  })
  onStop(proxy)
  return provided(process, proxy, { admit: proxy.admit, services: () => stateOf(proxy.state) })
}

const relayed = async (process: RoleProcess): Promise<Provided> => {
  const { cut, cluster, isFed, logger, onBug, onStop } = process
  const proxy = startRelays({
    ...{ cut, nodeName: cluster.nodeName, log: logger.for('service-proxy'), onBug, isToldOfOthers: !isFed },
    relays: relaysHere({ clock: systemClock, random: seededRandom(freshSeed()) }),
  })
  onStop(proxy)
  return provided(process, proxy, {
    // There is no policy that could be in force.
    admit: () => Promise.resolve(),
    services: names => relayedServices(proxy.unserved, names),
  })
}

/** What the node's agent has of either. */
const provided = async (
  { cut, cluster: { nodeName }, logger, onBug, onStop }: RoleProcess,
  proxy: Pick<RunningServiceProxy, 'state' | 'left' | 'settled'>,
  more: Pick<NodeNetworking, 'admit' | 'services'>,
): Promise<Provided> => {
  onStop(
    answerHealthChecks({
      ...{ cut, nodeName, onBug, log: logger.for('service-proxy') },
      address: '0.0.0.0',
      isProxyHealthy: () => proxy.state.tag === 'Applied',
    }),
  )
  // The node's pods find their services in place.
  await proxy.settled()
  return { network: { left: proxy.left, ...more } }
}

const stateOf = (state: RunningServiceProxy['state']): ServiceNetwork => {
  switch (state.tag) {
    case 'Pending':
      return { works: false, reason: 'RulesPending', message: 'the rules of services are not applied yet' }
    case 'Failing':
      return { works: false, reason: 'RulesFailing', message: `the rules of services cannot be applied: ${state.why}` }
    case 'Applied': {
      const full = fullConnectionTable()
      return full === undefined
        ? { works: true, reason: 'RulesApplied', message: 'services, names and network policies work' }
        : { works: false, reason: 'ConntrackFull', message: full }
    }
    default:
      return assertNever(state)
  }
}

/** From here on the kernel is about to drop what begins. */
const fullFrom = 0.95

/** What people are told where so many connections are known of at most; `undefined`: there is room. */
export const tableFull = (count: number, most: number): string | undefined =>
  count >= most * fullFrom
    ? `the kernel's table of connections is full (${count} of ${most}): new ones are dropped; see net.netfilter.nf_conntrack_max`
    : undefined

const fullConnectionTable = (): string | undefined => {
  const read = (name: string): number => {
    try {
      return Number(readFileSync(`/proc/sys/net/netfilter/nf_conntrack_${name}`, 'utf8'))
    } catch {
      return NaN
    }
  }
  return tableFull(read('count'), read('max'))
}

/** Such a cluster was made for containers, whose services have addresses that this machine's processes cannot listen at. */
export const noServices = (): ServiceNetwork => ({
  works: false,
  reason: 'NoPodNetwork',
  message:
    "pods are plain processes with this machine's address: services, names and network policies do not work here, " +
    "as the services' addresses are not of loopback; 'periplus reset' makes way for others",
})

const mostTold = 10

/** What does not work where services are handed on by a process; never all of it, so that it is `False` where people look. */
export const relayedServices = (unserved: readonly string[], names: string | undefined): ServiceNetwork => {
  const told = unserved.slice(0, mostTold)
  const more = unserved.length > told.length ? [`and ${unserved.length - told.length} more`] : []
  const lacks = [
    'network policies are not in force',
    "pods see this machine's address as their clients'",
    'external addresses and those of load balancers are not answered',
    'connections end with the node agent',
    ...(names === undefined ? [`names are not answered for (port ${namePort} may not be had)`] : []),
    ...(told.length > 0 ? [`out of reach are ${[...told, ...more].join(', ')}`] : []),
  ]
  return {
    works: false,
    reason: 'HandedOn',
    message: `pods are plain processes: services of this machine's loopback addresses reach them through the node agent; ${lacks.join('; ')}`,
  }
}
