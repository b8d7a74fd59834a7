import { start as startDns } from '@periplus/dns'
import { conntrackFlows } from '@periplus/net'
import { start as startServiceProxy } from '@periplus/service-proxy'
import type { RunningServiceProxy } from '@periplus/service-proxy'
import { addressIn, bridgeOf, dnsPlace, packetFilter } from './networks.ts'
import type { Home } from './home.ts'
import type { ClusterProcess } from './process.ts'

export interface NodeNetworking {
  /** Where pods find the cluster's DNS. */
  readonly dns: string
  readonly admit: RunningServiceProxy['admit']
}

/** What a node with a pods' bridge does for the network: its packet filter as services want it, and names. */
export const serveNetwork = async (
  home: Home,
  { cut, cluster, logger, onBug, onStop }: ClusterProcess,
): Promise<NodeNetworking> => {
  const { nodeName, podCidr, serviceCidr } = cluster
  const { serviceIp, address, port } = dnsPlace(cluster)
  const proxy = startServiceProxy({
    ...{ cut, log: logger.for('service-proxy'), onBug },
    dataplane: packetFilter(home),
    flows: conntrackFlows(),
    network: { nodeName, podCidr, serviceCidr, bridge: bridgeOf(home), gateway: addressIn(podCidr, 1) },
  })
  onStop(proxy)
  onStop(await startDns({ cut, host: address, port, networks: [podCidr, serviceCidr], onBug }))
  return { dns: serviceIp, admit: proxy.admit }
}
