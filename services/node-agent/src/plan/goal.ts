import { boundedMilliseconds } from '@periplus/prelude'
import { isPodTerminated } from '@periplus/kinds'
import type { Pod } from '@periplus/kinds'
import { appContainersOf, initContainersOf, isSidecar, newest } from './containers.ts'
import { graceSecondsOf } from './grace-seconds.ts'
import type { Observed } from './observed.ts'
import { restarts } from './restart.ts'

/** Which way a pod is going. `deadline`: when what still runs is killed. */
export type Goal =
  | { readonly tag: 'Run'; readonly wakeAt: number | undefined }
  | {
      readonly tag: 'Terminate'
      readonly cause:
        'Deleted' | 'Removed' | 'Rejected' | 'DeadlineExceeded' | 'Evicted' | 'NodeShutdown' | 'Finished' | 'Completed'
      readonly deadline: number
      readonly wakeAt: undefined
    }

export const goalOf = (pod: Pod, observed: Observed, now: number): Goal => {
  const since = observed.terminatingSince ?? now
  const specified = graceSecondsOf(pod)
  const terminate = (cause: Extract<Goal, { tag: 'Terminate' }>['cause'], graceSeconds: number): Goal => ({
    tag: 'Terminate',
    cause,
    deadline: Math.min(since + boundedMilliseconds(graceSeconds), observed.shutdown?.deadline ?? Infinity),
    wakeAt: undefined,
  })
  const requested = Number(pod.metadata?.deletionGracePeriodSeconds ?? specified)
  if (observed.removed) return terminate('Removed', Math.max(1, requested))
  if (pod.metadata?.deletionTimestamp) return terminate('Deleted', requested)
  if (observed.rejection) return terminate('Rejected', 0)
  if (isPodTerminated(pod)) return terminate('Finished', specified)
  const expires = activeDeadline(pod)
  if (expires !== undefined && expires <= now) return terminate('DeadlineExceeded', specified)
  if (observed.eviction !== undefined) return terminate('Evicted', observed.eviction.graceSeconds)
  if (observed.shutdown) return terminate('NodeShutdown', specified)
  if (isComplete(pod, observed)) return terminate('Completed', specified)
  return { tag: 'Run', wakeAt: expires }
}

export const deadlineMessage = 'Pod was active on the node longer than the specified deadline'

const activeDeadline = (pod: Pod): number | undefined => {
  const { activeDeadlineSeconds } = pod.spec ?? {}
  const { startTime } = pod.status ?? {}
  return activeDeadlineSeconds === undefined || startTime === undefined
    ? undefined
    : Date.parse(startTime) + boundedMilliseconds(activeDeadlineSeconds)
}

/** Nothing of the pod will run again: an init container failed for good, or all app containers have ended for good. */
const isComplete = (pod: Pod, observed: Observed): boolean => {
  const endedForGood = (name: string, role: 'init' | 'app'): number | undefined => {
    const container = newest(observed, name)
    const spec = (role === 'init' ? initContainersOf(pod) : appContainersOf(pod)).find(c => c.name === name)
    if (!container || !spec || container.state !== 'exited' || observed.operations.has(name)) return undefined
    return restarts(pod, spec, role, container.exitCode) ? undefined : container.exitCode
  }
  const initFailed = initContainersOf(pod)
    .filter(container => !isSidecar(container))
    .some(container => (endedForGood(container.name, 'init') ?? 0) !== 0)
  return initFailed || appContainersOf(pod).every(container => endedForGood(container.name, 'app') !== undefined)
}

/** It ends of its own accord, and what it came to is what is told. */
export const hasFinished = (goal: Goal | undefined): boolean =>
  goal?.tag === 'Terminate' && (goal.cause === 'Completed' || goal.cause === 'Finished')
