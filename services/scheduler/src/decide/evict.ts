import { formatTime, refOf } from '@periplus/api'
import type { Stored } from '@periplus/api'
import type { Command } from '@periplus/commands'
import type { EventDraft } from '@periplus/controller'
import { Pod } from '@periplus/kinds'
import type { Eviction } from './eviction.ts'
import { say } from './unschedulable.ts'

/**
 * Marks the victims, and then makes them leave, all at a time; those that are leaving already are let be. Whatever else is said of pods
 * stands before it, so that one write to the disk does for all of it.
 */
export const evict = ({ victims }: Eviction, now: number): readonly Command[] => {
  const staying = victims.filter(victim => victim.metadata.deletionTimestamp === undefined)
  return [
    ...staying.flatMap(victim => say(victim, { conditions: [disrupted(now)] })),
    ...staying.map(({ metadata }): Command => {
      const ref = refOf(Pod, metadata.namespace ?? '', metadata.name)
      return { verb: 'delete', kind: Pod, ref, options: { preconditions: { uid: metadata.uid } } }
    }),
  ]
}

const disrupted = (now: number) => ({
  type: 'DisruptionTarget',
  status: 'True',
  reason: 'PreemptionByScheduler',
  message: 'default-scheduler: preempting to accommodate a higher priority pod',
  lastTransitionTime: formatTime(now),
})

export const preempted = ({ victims, node }: Eviction, by: Stored<Pod>): readonly EventDraft[] =>
  victims.map(victim => ({
    regarding: victim,
    type: 'Normal',
    reason: 'Preempted',
    message: `Preempted by pod ${by.metadata.uid} on node ${node.name}`,
  }))
