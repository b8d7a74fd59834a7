import { formatTime } from '@periplus/api'
import { getCondition } from '@periplus/kinds'
import type { Node, Taint } from '@periplus/kinds'

export const notReady = 'node.kubernetes.io/not-ready'
export const unreachable = 'node.kubernetes.io/unreachable'
export const outOfService = 'node.kubernetes.io/out-of-service'

/** Which condition's status, when it is this, taints the node with what. */
const byCondition: readonly (readonly [string, string, string])[] = [
  ['Ready', 'False', notReady],
  ['Ready', 'Unknown', unreachable],
  ['MemoryPressure', 'True', 'node.kubernetes.io/memory-pressure'],
  ['DiskPressure', 'True', 'node.kubernetes.io/disk-pressure'],
  ['NetworkUnavailable', 'True', 'node.kubernetes.io/network-unavailable'],
  ['PIDPressure', 'True', 'node.kubernetes.io/pid-pressure'],
]
const cordoned = 'node.kubernetes.io/unschedulable'

const managedNoSchedule = new Set([...byCondition.map(([, , key]) => key), cordoned])
const managedNoExecute = new Set([notReady, unreachable])

const isManaged = ({ key, effect }: Taint): boolean =>
  (effect === 'NoSchedule' && managedNoSchedule.has(key)) || (effect === 'NoExecute' && managedNoExecute.has(key))

type Conditions = NonNullable<NonNullable<Node['status']>['conditions']>

/**
 * The taints that a node in these conditions should have; the list itself when it has them. Those that are not this
 * controller's stay, and get the time from which their tolerations count where nobody said it.
 */
export const taintsFor = ({ spec }: Node, conditions: Conditions, evicts: boolean, now: number): readonly Taint[] => {
  const present = spec?.taints ?? []
  const wanted: Taint[] = []
  for (const [type, status, key] of byCondition)
    if (conditions.some(condition => condition.type === type && condition.status === status))
      wanted.push({ key, effect: 'NoSchedule' })
  if (spec?.unschedulable) wanted.push({ key: cordoned, effect: 'NoSchedule' })
  const ready = getCondition(conditions, 'Ready')?.status
  if (evicts && ready === 'Unknown') wanted.push({ key: unreachable, effect: 'NoExecute' })
  if (evicts && ready === 'False') wanted.push({ key: notReady, effect: 'NoExecute' })

  const timed = (taint: Taint): Taint => (taint.timeAdded ? taint : { ...taint, timeAdded: formatTime(now) })
  const alike = (a: Taint, b: Taint): boolean => a.key === b.key && a.effect === b.effect
  const kept = present
    .filter(taint => !isManaged(taint) || wanted.some(one => alike(one, taint)))
    .map(taint => (taint.effect === 'NoExecute' ? timed(taint) : taint))
  const added = wanted.filter(taint => !present.some(one => alike(one, taint))).map(timed)
  const unchanged =
    added.length === 0 && kept.length === present.length && kept.every((taint, i) => taint === present[i])
  return unchanged ? present : [...kept, ...added]
}
