import { isTerminalPhase, podQosClass } from '@periplus/kinds'
import type { Container, ContainerStatus, Pod, PodStatus } from '@periplus/kinds'
import { appContainersOf, ephemeralContainersOf, initContainersOf, isSidecar } from '../plan/containers.ts'
import type { ContainerRole } from '../plan/containers.ts'
import { deadlineMessage } from '../plan/goal.ts'
import type { Goal } from '../plan/goal.ts'
import type { Observed } from '../plan/observed.ts'
import { podIpsOf } from '../plan/pod-ips.ts'
import { hasEnded } from '../plan/terminate.ts'
import { resizeConditions } from '../resize/plan-resize.ts'
import { terminated } from '../shutdown/texts.ts'
import { mountStatuses } from '../volumes/recursive-read-only.ts'
import { podConditions } from './conditions.ts'
import { containerStatus } from './container-status.ts'
import { phaseOf } from './phase.ts'
import { timeText } from './time.ts'
import { unlocated } from './unlocated.ts'

/** The whole status of a pod, from what was observed; what others have written into it is kept. */
export const podStatus = (pod: Pod, observed: Observed, goal: Goal, now: number): PodStatus => {
  const previous = pod.status ?? {}
  if (goal.tag === 'Terminate' && goal.cause === 'Rejected' && observed.rejection)
    return {
      ...previous,
      phase: 'Failed',
      reason: observed.rejection.reason,
      message: `Pod was rejected: ${observed.rejection.message}`,
      startTime: previous.startTime ?? timeText(now),
      qosClass: previous.qosClass ?? podQosClass(pod),
    }
  if (isTerminalPhase(previous.phase) && observed.containers.length === 0) return settled(previous)
  const statusesOf = (
    containers: readonly Container[],
    before: readonly ContainerStatus[] | undefined,
    role: (container: Container) => ContainerRole,
  ) =>
    containers.map(container => {
      const last = before?.find(({ name }) => name === container.name)
      const status = containerStatus(pod, observed, goal, container, role(container), last, now)
      // How its volumes are mounted is settled once.
      const mounts = last?.volumeMounts ?? mountStatuses(container.volumeMounts ?? [], observed.canRecurse)
      return mounts.length > 0 ? { ...status, volumeMounts: mounts } : status
    })
  const init = statusesOf(initContainersOf(pod), previous.initContainerStatuses, container =>
    isSidecar(container) ? 'sidecar' : 'init',
  )
  const ended = goal.tag === 'Terminate' && hasEnded(observed)
  const live = statusesOf(appContainersOf(pod), previous.containerStatuses, () => 'app')
  const app = ended ? unlocated(live, init) : live
  const ephemeral = statusesOf(ephemeralContainersOf(pod), previous.ephemeralContainerStatuses, () => 'ephemeral')
  const disruption = disruptionOf(observed, goal)
  const verdict = verdictOf(pod, { init, app }, goal, ended, disruption)
  const ips = podIpsOf(pod, observed.sandboxes, observed.hostIps)
  const { podIP, podIPs, reason: _reason, message: _message, ...kept } = previous
  return {
    ...kept,
    ...verdict,
    ...(pod.metadata?.generation === undefined ? {} : { observedGeneration: pod.metadata.generation }),
    conditions: podConditions(
      pod,
      {
        ...{ phase: verdict.phase, init, app, sandboxReady: ips.length > 0, disruption: disruption?.message },
        logLosses: observed.logLosses,
        resize: goal.tag === 'Run' ? resizeConditions(pod, observed) : [],
      },
      now,
    ),
    ...(observed.hostIps[0] ? { hostIP: observed.hostIps[0], hostIPs: observed.hostIps.map(ip => ({ ip })) } : {}),
    ...(ips[0] ? { podIP: ips[0], podIPs: ips.map(ip => ({ ip })) } : podIP && podIPs ? { podIP, podIPs } : {}),
    startTime: previous.startTime ?? timeText(now),
    qosClass: previous.qosClass ?? podQosClass(pod),
    ...(init.length > 0 ? { initContainerStatuses: init } : {}),
    containerStatuses: app,
    ...(ephemeral.length > 0 ? { ephemeralContainerStatuses: ephemeral } : {}),
  }
}

/** What has ended cannot be running: its container went before its end was told. */
const settled = (status: PodStatus): PodStatus => {
  const { containerStatuses: app } = status
  if (!app?.some(({ state }) => state?.running)) return status
  return { ...status, containerStatuses: unlocated(app, status.initContainerStatuses ?? []) }
}

interface Disruption {
  readonly reason: string
  readonly message: string
}

/** That the node ends the pod, for reasons of its own. */
const disruptionOf = ({ eviction }: Observed, goal: Goal): Disruption | undefined => {
  if (goal.tag !== 'Terminate') return undefined
  if (goal.cause === 'NodeShutdown') return terminated
  return goal.cause === 'Evicted' && eviction ? { reason: 'Evicted', message: eviction.message } : undefined
}

const verdictOf = (
  pod: Pod,
  statuses: { readonly init: readonly ContainerStatus[]; readonly app: readonly ContainerStatus[] },
  goal: Goal,
  ended: boolean,
  disruption: Disruption | undefined,
): { readonly phase: string; readonly reason?: string; readonly message?: string } => {
  const { phase, reason, message } = pod.status ?? {}
  if (isTerminalPhase(phase))
    return { phase: phase ?? 'Failed', ...(reason ? { reason } : {}), ...(message ? { message } : {}) }
  const told = { ...(reason ? { reason } : {}), ...(message ? { message } : {}) }
  const isDue = goal.tag === 'Terminate' && goal.cause === 'DeadlineExceeded'
  if ((isDue || disruption) && !ended)
    // Nobody may count on the pod's place, or its name, while something of it still runs.
    return { phase: phase ?? 'Pending', ...told }
  if (isDue) return { phase: 'Failed', reason: 'DeadlineExceeded', message: deadlineMessage }
  if (disruption) return { phase: 'Failed', ...disruption }
  return { phase: phaseOf(pod, statuses, ended), ...told }
}
