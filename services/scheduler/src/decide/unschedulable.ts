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

const patch = ({ metadata }: Stored<Pod>, body: object): Command => ({
  verb: 'patch',
  kind: Pod,
  ref: refOf(Pod, metadata.namespace ?? '', metadata.name),
  subresource: 'status',
  patch: { type: 'strategic', body },
})

/** Says it in the pod's status, all in one write; no command where there is nothing to say. */
export const say = (pod: Stored<Pod>, ...words: readonly Word[]): readonly Command[] => {
  const status: Word = Object.assign({}, ...words)
  return Object.keys(status).length === 0 ? [] : [patch(pod, { status })]
}

/** Likewise that room is being made for the pod on a node; refused where it is gone, also where there is nothing new to say. */
export const promise = (pod: Stored<Pod>, nominatedNodeName: string, word: Word): Command =>
  patch(pod, { metadata: { uid: pod.metadata.uid }, status: { ...word, nominatedNodeName } })
