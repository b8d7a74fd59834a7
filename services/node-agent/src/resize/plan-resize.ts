import type { Pod, PodCondition } from '@periplus/kinds'
import { isRunning, newest } from '../plan/containers.ts'
import type { Observed } from '../plan/observed.ts'
import { begin, nothing, tell, together, wake } from '../plan/steps.ts'
import type { Steps } from '../plan/steps.ts'
import { changedCompute, givenTo, resizableOf } from './given.ts'

/** How long a resize that the node has no room for waits until it is looked at again. */
const deferredMilliseconds = 10_000

/** Running containers that do not have what the pod is allocated, and whether they get it by a restart only. */
export const resizing = (
  pod: Pod,
  observed: Observed,
): readonly { readonly name: string; readonly id: string; readonly byRestart: boolean }[] =>
  resizableOf(pod).flatMap(({ name, resources, resizePolicy }) => {
    const current = newest(observed, name)
    const given = givenTo(pod, observed, name)
    if (!isRunning(current) || !given) return []
    const changed = changedCompute(given, resources)
    if (changed.length === 0) return []
    const byRestart = changed.some(resource =>
      resizePolicy?.some(
        ({ resourceName, restartPolicy }) => resourceName === resource && restartPolicy === 'RestartContainer',
      ),
    )
    return [{ name, id: current.id, byRestart }]
  })

/** Whether this container is to be ended, so that it starts again with other resources. */
export const restartsForResize = (pod: Pod, observed: Observed, containerId: string): boolean =>
  resizing(pod, observed).some(({ id, byRestart }) => id === containerId && byRestart)

/** Gives running containers of an allocated pod what they are to have, all in one effect, as they share the pod's own limits. */
export const planResize = (pod: Pod, observed: Observed, now: number): Steps => {
  const inPlace = resizing(pod, observed).filter(({ byRestart }) => !byRestart)
  const refusal = observed.resize
  return together(
    inPlace.length > 0
      ? begin(observed, now, { tag: 'ResizePod', subject: 'resize', containers: inPlace.map(({ id }) => id) })
      : nothing,
    refusal
      ? tell({
          tag: 'Tell',
          subject: 'resize',
          key: `${pod.metadata?.generation ?? 0}/${refusal.message}`,
          type: 'Warning',
          reason: `Resize${refusal.reason}`,
          message: `Pod resize ${refusal.reason}: ${refusal.message}`,
          container: undefined,
        })
      : nothing,
    refusal?.reason === 'Deferred' ? wake(now + deferredMilliseconds) : nothing,
  )
}

/** Conditions that stand while a resize waits or is under way, and are gone afterwards. */
export const resizeConditionTypes: readonly string[] = ['PodResizePending', 'PodResizeInProgress']

/** `pod` is the allocated one. */
export const resizeConditions = (
  pod: Pod,
  observed: Observed,
): readonly [string, Pick<PodCondition, 'status' | 'reason' | 'message'>][] => {
  const failure = observed.failures.get('resize')
  return [
    ...(observed.resize ? [['PodResizePending', { status: 'True', ...observed.resize }] as const] : []),
    ...(resizing(pod, observed).length > 0
      ? [
          [
            'PodResizeInProgress',
            { status: 'True', ...(failure ? { reason: 'Error', message: failure.message } : {}) },
          ] as const,
        ]
      : []),
  ].map(([type, verdict]) => [type, verdict])
}
