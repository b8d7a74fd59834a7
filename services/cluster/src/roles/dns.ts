import { start } from '@periplus/dns'
import { dnsPlace } from '../home/networks.ts'
import type { RoleProcess } from './role.ts'

/** The cluster's names, at the pods' bridge; where pods have no network of their own there is nobody to ask for them. */
export const startNames = async ({ cluster, cut, onBug, onStop }: RoleProcess): Promise<void> => {
  if (cluster.runtime.tag !== 'containerd') return
  const { address, port } = dnsPlace(cluster)
  onStop(await start({ cut, host: address, port, networks: [cluster.podCidr, cluster.serviceCidr], onBug }))
}
