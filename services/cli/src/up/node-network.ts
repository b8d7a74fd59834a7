import { start as startDns } from '@periplus/dns'
import { conntrackFlows } from '@periplus/net'
import { start as startServiceProxy } from '@periplus/service-proxy'
import { addressIn, bridgeOf, dnsPlace, packetFilter } from './networks.ts'
import type { Home } from './home.ts'
import type { ClusterProcess } from './process.ts'

/** What a node with a pods' bridge does for the network: its packet filter as services want it, and names. */
export const serveNetwork = async (
  home: Home,
  { cut, cluster, logger, onBug, onStop }: ClusterProcess,
): Promise<{ readonly dns: string }> => {
  const { nodeName, podCidr, serviceCidr } = cluster
  const { serviceIp, address, port } = dnsPlace(cluster)
  onStop(
    startServiceProxy({
      ...{ cut, log: logger.for('service-proxy'), onBug },
      dataplane: packetFilter(home),
      flows: conntrackFlows(),
      network: { nodeName, podCidr, serviceCidr, bridge: bridgeOf(home), gateway: addressIn(podCidr, 1) },
    }),
  )
  onStop(await startDns({ cut, host: address, port, networks: [podCidr, serviceCidr], onBug }))
  return { dns: serviceIp }
}
