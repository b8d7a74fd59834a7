import { formatTime } from '@periplus/api'
import type { Stored } from '@periplus/api'
import type { Command, DeleteOptions } from '@periplus/commands'
import { Pod, isPodTerminated, podCondition } from '@periplus/kinds'
import type { PodStatus } from '@periplus/kinds'

const refOf = ({ metadata }: Stored<Pod>) => ({
  group: '',
  resource: Pod.resource,
  namespace: metadata.namespace ?? '',
  name: metadata.name,
})

/** Says in a pod's status that it is made to go, and by whom, then deletes it. */
export const disrupt = (
  pod: Stored<Pod>,
  reason: string,
  message: string,
  now: number,
  { gracePeriodSeconds }: Pick<DeleteOptions, 'gracePeriodSeconds'> = {},
  phase?: NonNullable<PodStatus['phase']>,
): readonly Command[] => {
  const condition = { type: 'DisruptionTarget', status: 'True', reason, message, lastTransitionTime: formatTime(now) }
  const said =
    podCondition(pod, 'DisruptionTarget')?.reason === reason && (phase ?? pod.status?.phase) === pod.status?.phase
  const say: Command = {
    verb: 'patch',
    kind: Pod,
    ref: refOf(pod),
    subresource: 'status',
    patch: { type: 'strategic', body: { status: { ...(phase ? { phase } : {}), conditions: [condition] } } },
  }
  return [...(said ? [] : [say]), removed(pod, gracePeriodSeconds)]
}

/** Says that a pod which no node runs has failed, for nobody else will, and removes it; what has finalizers is held by them as failed. */
export const failedAndRemoved = (pod: Stored<Pod>): readonly Command[] => [
  ...(isPodTerminated(pod)
    ? []
    : [
        {
          verb: 'patch' as const,
          kind: Pod,
          ref: refOf(pod),
          subresource: 'status',
          patch: { type: 'strategic' as const, body: { status: { phase: 'Failed' } } },
        },
      ]),
  removed(pod, 0),
]

export const removed = (pod: Stored<Pod>, gracePeriodSeconds?: number): Command => ({
  verb: 'delete',
  kind: Pod,
  ref: refOf(pod),
  options: {
    ...(gracePeriodSeconds === undefined ? {} : { gracePeriodSeconds }),
    preconditions: { uid: pod.metadata.uid },
  },
})
