import type { Pod, PodStatus } from '@periplus/kinds'
import { samePodStatus } from '../status/same-status.ts'
import { podStatus } from '../status/pod-status.ts'
import { visibleUntil } from '../status/failure-state.ts'
import type { Action } from './action.ts'
import { garbage } from './garbage.ts'
import { goalOf } from './goal.ts'
import type { Goal } from './goal.ts'
import type { Observed } from './observed.ts'
import { allocatedPod } from '../resize/allocate.ts'
import { planRun } from './run.ts'
import { begin, nothing } from './steps.ts'
import type { Steps } from './steps.ts'
import { hasEnded, planTerminate } from './terminate.ts'

export interface Plan {
  /** Effects to begin now; independent of each other. */
  readonly actions: readonly Action[]
  /** What the API should say of the pod. */
  readonly status: PodStatus
  /** When to plan again though nothing has happened. */
  readonly wakeAt: number | undefined
  readonly goal: Goal
}

/** The whole of the kubelet's pod sync without its effects: from what is wanted and what is there to what to do now. */
export const plan = (wanted: Pod, observed: Observed, now: number): Plan => {
  const pod = allocatedPod(wanted, observed)
  const goal = goalOf(pod, observed, now)
  const steps = goal.tag === 'Run' ? planRun(pod, observed, now) : planTerminate(pod, observed, goal, now)
  const status = podStatus(pod, observed, goal, now)
  const farewell = isReadyToDelete(pod, observed, status) ? begin(observed, now, deleteObject) : nothing
  return {
    actions: [...steps.actions, ...farewell.actions, ...(observed.removed ? [] : garbage(observed))],
    status,
    wakeAt: earliest([
      ...steps.wakeAt,
      ...farewell.wakeAt,
      goal.wakeAt,
      ...[...observed.failures.values()].map(failure => visibleUntil(failure, now)),
    ]),
    goal,
  }
}

const deleteObject: Action = { tag: 'DeleteObject', subject: 'object' }

/** A deleted pod has ended and the API has been told its last state. Grace 0: that has been asked for already. */
const isReadyToDelete = (pod: Pod, observed: Observed, status: PodStatus): boolean =>
  pod.metadata?.deletionTimestamp !== undefined &&
  !(pod.metadata.deletionGracePeriodSeconds === 0 && (pod.metadata.finalizers ?? []).length > 0) &&
  !observed.removed &&
  hasEnded(observed) &&
  samePodStatus(pod.status, status)

const earliest = (times: Steps['wakeAt']): number | undefined =>
  times.reduce<number | undefined>(
    (first, time) => (time === undefined ? first : first === undefined ? time : Math.min(first, time)),
    undefined,
  )
