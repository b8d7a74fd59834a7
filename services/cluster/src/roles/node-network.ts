import { readFileSync } from 'node:fs'
import { assertNever } from '@periplus/prelude'
import type { ServiceNetwork } from '@periplus/node-agent'
import { conntrackFlows } from '@periplus/net'
import { answerHealthChecks, start as startServiceProxy } from '@periplus/service-proxy'
import type { RunningServiceProxy } from '@periplus/service-proxy'
import { addressIn, bridgeOf, packetFilter } from '../home/networks.ts'
import type { Provided, RoleProcess } from './role.ts'

/** The packet filter of a node with a pods' bridge, as services want it; plain processes have no network that it could be about. */
export const startProxy = async ({ home, cut, cluster, logger, onBug, onStop }: RoleProcess): Promise<Provided> => {
  const { nodeName, podCidr, serviceCidr } = cluster
  if (cluster.runtime.tag !== 'containerd') return {}
  const proxy = startServiceProxy({
    ...{ cut, log: logger.for('service-proxy'), onBug },
    dataplane: packetFilter(home),
    flows: conntrackFlows(),
    network: { nodeName, podCidr, serviceCidr, bridge: bridgeOf(home), gateway: addressIn(podCidr, 1) },
  })
  onStop(proxy)
  onStop(
    answerHealthChecks({
      ...{ cut, nodeName, onBug, log: logger.for('service-proxy') },
      address: '0.0.0.0',
      isProxyHealthy: () => proxy.state.tag === 'Applied',
    }),
  )
  // The node's pods find their services in place.
  await proxy.settled()
  return { network: { admit: proxy.admit, left: proxy.left, services: () => stateOf(proxy.state) } }
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

/** Where pods are plain processes they have no network that rules could be about. */
export const noServices = (): ServiceNetwork => ({
  works: false,
  reason: 'NoPodNetwork',
  message:
    "pods are plain processes with this machine's address: services, names and network policies do not work here",
})
