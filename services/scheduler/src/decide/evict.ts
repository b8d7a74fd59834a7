import { formatTime } from '@periplus/api'
import type { Stored } from '@periplus/api'
import type { Command } from '@periplus/commands'
import type { EventDraft } from '@periplus/controller'
import { Pod } from '@periplus/kinds'
import type { Eviction } from './preempt.ts'

const refOf = ({ metadata }: Stored<Pod>) => ({
  group: '',
  resource: Pod.resource,
  namespace: metadata.namespace ?? '',
  name: metadata.name,
})

/** Marks the victims and makes them leave; those that are leaving already are let be. */
export const evict = ({ victims }: Eviction, now: number): readonly Command[] =>
  victims
    .filter(victim => victim.metadata.deletionTimestamp === undefined)
    .flatMap((victim): readonly Command[] => [
      {
        verb: 'patch',
        kind: Pod,
        ref: refOf(victim),
        subresource: 'status',
        patch: { type: 'strategic', body: { status: { conditions: [disrupted(now)] } } },
      },
      { verb: 'delete', kind: Pod, ref: refOf(victim), options: { preconditions: { uid: victim.metadata.uid } } },
    ])

const disrupted = (now: number) => ({
  type: 'DisruptionTarget',
  status: 'True',
  reason: 'PreemptionByScheduler',
  message: 'default-scheduler: preempting to accommodate a higher priority pod',
  lastTransitionTime: formatTime(now),
})

/** The node that room is being made on; `undefined` where none is any more. Nothing when the pod says so already. */
export const nominate = (pod: Stored<Pod>, nodeName: string | undefined): readonly Command[] =>
  (pod.status?.nominatedNodeName || undefined) === nodeName
    ? []
    : [
        {
          verb: 'patch',
          kind: Pod,
          ref: refOf(pod),
          subresource: 'status',
          patch: { type: 'merge', body: { status: { nominatedNodeName: nodeName ?? null } } },
        },
      ]

export const preempted = ({ victims, node }: Eviction, by: Stored<Pod>): readonly EventDraft[] =>
  victims.map(victim => ({
    regarding: victim,
    type: 'Normal',
    reason: 'Preempted',
    message: `Preempted by pod ${by.metadata.uid} on node ${node.name}`,
  }))
