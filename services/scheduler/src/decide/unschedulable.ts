import type { Stored } from '@periplus/api'
import type { Command } from '@periplus/commands'
import { Pod, podCondition, transitionTime } from '@periplus/kinds'

/** Says in the pod's status why it has no node; nothing when it says so already. */
export const sayUnscheduled = (
  pod: Stored<Pod>,
  reason: 'Unschedulable' | 'SchedulingGated' | 'SchedulerError',
  message: string,
  now: number,
): readonly Command[] => {
  const standing = podCondition(pod, 'PodScheduled')
  if (standing?.status === 'False' && standing.reason === reason && standing.message === message) return []
  const condition = {
    type: 'PodScheduled',
    status: 'False',
    reason,
    message,
    lastTransitionTime: transitionTime(pod.status?.conditions, 'PodScheduled', 'False', now),
  }
  return [
    {
      verb: 'patch',
      kind: Pod,
      ref: { group: '', resource: Pod.resource, namespace: pod.metadata.namespace ?? '', name: pod.metadata.name },
      subresource: 'status',
      patch: { type: 'strategic', body: { status: { conditions: [condition] } } },
    },
  ]
}
