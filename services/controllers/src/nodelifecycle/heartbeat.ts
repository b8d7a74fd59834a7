import { formatTime, millisecondsOf } from '@periplus/api'
import type { Stored } from '@periplus/api'
import { Lease, getCondition } from '@periplus/kinds'
import type { Node, NodeCondition } from '@periplus/kinds'
import type { Cut } from '@periplus/projection'

/** A node that says nothing for this long is taken to be lost; milliseconds. */
const gracePeriod = 40_000

/** One that never said anything gets longer: it is only just starting. */
const startupGracePeriod = 60_000

const leaseNamespace = 'kube-node-lease'

/** The Lease by which one copy of the controllers leads. */
const leadership = { namespace: 'kube-system', name: 'periplus-controllers' }

const readyOf = ({ status }: Node): NodeCondition | undefined => getCondition(status?.conditions, 'Ready')

/**
 * Until when the node is believed; milliseconds since the epoch. Silence counts from when these controllers took over: before,
 * nobody may have been there to hear.
 */
export const believedUntil = (cut: Cut, node: Stored<Node>): number => {
  const lease = cut.get(Lease, leaseNamespace, node.metadata.name)
  const heard = Math.max(
    millisecondsOf(lease?.spec?.renewTime) ?? 0,
    readyOf(node)?.status === 'Unknown' ? 0 : (millisecondsOf(readyOf(node)?.lastHeartbeatTime) ?? 0),
  )
  const listening = cut.get(Lease, leadership.namespace, leadership.name)?.spec?.acquireTime
  const born = millisecondsOf(node.metadata.creationTimestamp) ?? 0
  return Math.max(heard + gracePeriod, (millisecondsOf(listening) ?? 0) + gracePeriod, born + startupGracePeriod)
}

/** What a node that is lost can no longer vouch for. */
const vouched = ['Ready', 'MemoryPressure', 'DiskPressure', 'PIDPressure']

/** The conditions of a node that stopped talking; the same list when they say so already. */
export const conditionsOfLost = (node: Stored<Node>, now: number): readonly NodeCondition[] => {
  const present = node.status?.conditions ?? []
  const lost = (type: string): NodeCondition => {
    const before = getCondition(present, type)
    if (before?.status === 'Unknown') return before
    return {
      type,
      status: 'Unknown',
      reason: before ? 'NodeStatusUnknown' : 'NodeStatusNeverUpdated',
      message: before ? 'Kubelet stopped posting node status.' : 'Kubelet never posted node status.',
      lastHeartbeatTime: before?.lastHeartbeatTime ?? node.metadata.creationTimestamp,
      lastTransitionTime: formatTime(now),
    }
  }
  const changed = vouched.map(lost)
  if (changed.every(condition => present.includes(condition))) return present
  return [...changed, ...present.filter(condition => !vouched.includes(condition.type))]
}
