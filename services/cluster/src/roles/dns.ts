import { messageOf } from '@periplus/prelude'
import { start } from '@periplus/dns'
import { dnsPlace, isRelayed, namePort } from '../home/networks.ts'
import type { Provided, RoleProcess } from './role.ts'

/** The cluster's names, at the pods' bridge; for plain processes at the service's own address, if this process may listen there. */
export const startNames = async (process: RoleProcess): Promise<Provided> => {
  const { cluster, cut, logger, onBug, onStop } = process
  const { serviceIp, address, port } = dnsPlace(cluster)
  const networks = [cluster.podCidr, cluster.serviceCidr]
  if (cluster.runtime.tag === 'containerd') {
    onStop(await start({ cut, host: address, port, networks, onBug }))
    return {}
  }
  if (!isRelayed(cluster)) return {}
  try {
    onStop(await start({ cut, host: serviceIp, port: namePort, networks, onBug }))
    return { names: serviceIp }
  } catch (error) {
    logger.for('dns').warn("pods ask this machine's resolver, which does not know the cluster's names", {
      reason: messageOf(error),
    })
    return {}
  }
}
