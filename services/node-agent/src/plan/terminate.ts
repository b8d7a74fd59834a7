import type { ContainerState } from '@periplus/runtime'
import type { Pod } from '@periplus/kinds'
import type { Action } from './action.ts'
import { containersOf, initContainersOf, roleOf } from './containers.ts'
import { deadlineMessage } from './goal.ts'
import type { Goal } from './goal.ts'
import type { Observed } from './observed.ts'
import { begin, nothing, tell, together } from './steps.ts'
import type { Steps } from './steps.ts'

/** A shortened grace period counts only when it is shorter by this much. */
const noticeableMilliseconds = 1000

/**
 * Ends a pod in order: app containers together, then sidecars one after the other in reverse order, then the sandbox, then
 * volumes and cgroups. What comes after that depends on why it ended.
 */
export const planTerminate = (pod: Pod, observed: Observed, goal: Ending, now: number): Steps =>
  together(announce(goal, observed), inOrder(pod, observed, goal, now))

type Ending = Extract<Goal, { tag: 'Terminate' }>

/** What people could not see otherwise: that it is the node which ends the pod. */
const announce = ({ cause }: Ending, { eviction }: Observed): Steps => {
  const about = { tag: 'Tell', subject: 'pod', key: cause, reason: cause, container: undefined } as const
  if (cause === 'DeadlineExceeded') return tell({ ...about, type: 'Normal', message: deadlineMessage })
  return cause === 'Evicted' ? tell({ ...about, type: 'Warning', message: eviction?.message ?? '' }) : nothing
}

const inOrder = (pod: Pod, observed: Observed, goal: Ending, now: number): Steps => {
  const running = observed.containers.filter(({ state }) => state === 'running' || state === 'unknown')
  if (running.length > 0) return together(...due(pod, running).map(c => kill(pod, observed, c, goal.deadline, now)))
  if (observed.operations.size > 0) return nothing
  const ready = observed.sandboxes.filter(sandbox => sandbox.ready).map(sandbox => sandbox.id)
  if (ready.length > 0) return begin(observed, now, { tag: 'StopSandboxes', subject: 'pod', sandboxIds: ready })
  if (!observed.tornDown) return begin(observed, now, { tag: 'TearDown', subject: 'pod' })
  if (observed.removed) return begin(observed, now, { tag: 'Forget', subject: 'pod' })
  return nothing
}

/** Everything on this machine has ended, so the API object may go. */
export const hasEnded = (observed: Observed): boolean =>
  observed.tornDown &&
  observed.operations.size === 0 &&
  observed.containers.every(({ state }) => state !== 'running' && state !== 'unknown')

const due = (pod: Pod, running: readonly ContainerState[]): readonly ContainerState[] => {
  const others = running.filter(container => roleOf(pod, container.name) !== 'sidecar')
  if (others.length > 0) return others
  const lastFirst = initContainersOf(pod)
    .map(container => container.name)
    .reverse()
  const next = lastFirst.find(name => running.some(container => container.name === name))
  return running.filter(container => container.name === next)
}

const kill = (pod: Pod, observed: Observed, container: ContainerState, deadline: number, now: number): Steps => {
  const subject = `kill/${container.id}`
  const action: Action = {
    tag: 'KillContainer',
    subject,
    containerId: container.id,
    name: container.name,
    deadline,
    message: `Stopping container ${container.name}`,
    runPreStop: containersOf(pod).some(({ name, lifecycle }) => name === container.name && lifecycle?.preStop),
  }
  const underWay = observed.operations.get(subject)
  if (underWay?.tag === 'Kill' && deadline < underWay.deadline - noticeableMilliseconds)
    return { actions: [{ ...action, runPreStop: false }], wakeAt: [] }
  return begin(observed, now, action)
}
