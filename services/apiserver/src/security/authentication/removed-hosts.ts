import { ConfigMap } from '@periplus/kinds'
import type { Cut } from '@periplus/projection'
import { backdated } from '../pki/certificates.ts'

/**
 * The ConfigMap that says of hosts that were taken out of the cluster, by the names of their nodes, when (RFC 3339). What they have
 * of certificates lies on their disks: so none is good that was issued before. One that joins again under the name has another.
 */
export const removedHostsName = { namespace: 'kube-system', name: 'removed-hosts' } as const

const nodeUser = 'system:node:'

/** Whether a node's certificate is one that its host had when it was taken out. Pure. A time that cannot be read is none at which it was good. */
export const isRemoved = (cut: Cut, user: string, notBefore: number): boolean => {
  if (!user.startsWith(nodeUser)) return false
  const data = cut.get(ConfigMap, removedHostsName.namespace, removedHostsName.name)?.data ?? {}
  const name = user.slice(nodeUser.length)
  const removed = Object.hasOwn(data, name) ? data[name] : undefined
  return removed !== undefined && !(notBefore + backdated > Date.parse(removed))
}
