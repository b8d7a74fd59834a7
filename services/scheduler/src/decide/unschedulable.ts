import { refOf } from '@periplus/api'
import type { Stored } from '@periplus/api'
import type { Command } from '@periplus/commands'
import { Pod, podCondition, transitionTime } from '@periplus/kinds'
import type { PodStatus } from '@periplus/kinds'

/** What is to be said in a pod's status; `null` takes it away. */
export type Word = { readonly [Name in keyof PodStatus]?: PodStatus[Name] | null }

/** Why a pod has no node; nothing when it says so already. */
export const unscheduled = (
  pod: Stored<Pod>,
  reason: 'Unschedulable' | 'SchedulingGated' | 'SchedulerError',
  message: string,
  now: number,
): Word => {
  const standing = podCondition(pod, 'PodScheduled')
  if (standing?.status === 'False' && standing.reason === reason && standing.message === message) return {}
  const condition = {
    type: 'PodScheduled',
    status: 'False',
    reason,
    message,
    lastTransitionTime: transitionTime(pod.status?.conditions, 'PodScheduled', 'False', now),
  }
  return { conditions: [condition] }
}

/** The node that room is being made on; `undefined` where none is any more. Nothing when the pod says so already. */
export const nominated = (pod: Stored<Pod>, nodeName: string | undefined): Word =>
  (pod.status?.nominatedNodeName || undefined) === nodeName ? {} : { nominatedNodeName: nodeName ?? null }

/** Says it in the pod's status, all in one write; no command where there is nothing to say. */
export const say = (pod: Stored<Pod>, ...words: readonly Word[]): readonly Command[] => {
  const status: Word = Object.assign({}, ...words)
  if (Object.keys(status).length === 0) return []
  return [
    {
      verb: 'patch',
      kind: Pod,
      ref: refOf(Pod, pod.metadata.namespace ?? '', pod.metadata.name),
      subresource: 'status',
      patch: { type: 'strategic', body: { status } },
    },
  ]
}
