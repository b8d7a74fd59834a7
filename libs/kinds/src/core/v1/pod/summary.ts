import type { ContainerState, ContainerStatus } from './container-status.ts'
import { isPodTerminated } from '../../../pods/phase.ts'
import type { Pod } from './schema.ts'

/** A pod in one line, as `kubectl get pods` sees it. */
export interface PodSummary {
  readonly status: string
  readonly ready: number
  /** Containers that are meant to keep running: the ordinary ones and restartable init containers. */
  readonly total: number
  readonly restarts: number
  /** RFC 3339; when the container that was restarted last had ended. */
  readonly lastRestart: string | undefined
}

/** Follows `printPod` of Kubernetes' printers: what stops initialisation comes first, then the first container that waits or ended. */
export const podSummary = (pod: Pod): PodSummary => {
  const known = summaries.get(pod)
  if (known) return known
  const summary = summarise(pod)
  summaries.set(pod, summary)
  return summary
}

/** Several columns ask for the same pod; objects are immutable, so an answer stays true. */
const summaries = new WeakMap<Pod, PodSummary>()

const summarise = (pod: Pod): PodSummary => {
  const restartable = restartableInitContainers(pod)
  const total = (pod.spec?.containers?.length ?? 0) + restartable.size
  const initial = initialisation(pod, restartable)
  const stuck = initial.stopped !== undefined && !hasCondition(pod, 'Initialized')
  const running = stuck ? undefined : runningContainers(pod, initial.sidecars, initial.stopped ?? podReason(pod))
  const { status, restarts, lastRestart } = running ?? {
    ...initial.restarted,
    status: initial.stopped ?? podReason(pod),
  }
  return {
    status: deletionStatus(pod) ?? status,
    ready: initial.ready + (running?.ready ?? 0),
    total,
    restarts,
    lastRestart,
  }
}

interface Restarted {
  readonly restarts: number
  readonly lastRestart: string | undefined
}

const never: Restarted = { restarts: 0, lastRestart: undefined }

const counted = (so: Restarted, container: ContainerStatus): Restarted => {
  const ended = container.lastState?.terminated?.finishedAt ?? undefined
  const later = ended !== undefined && (so.lastRestart === undefined || so.lastRestart < ended)
  return { restarts: so.restarts + container.restartCount, lastRestart: later ? ended : so.lastRestart }
}

const restartableInitContainers = (pod: Pod): ReadonlySet<string> =>
  new Set(
    (pod.spec?.initContainers ?? []).filter(({ restartPolicy }) => restartPolicy === 'Always').map(({ name }) => name),
  )

interface Initialisation {
  /** What the first unfinished init container says. */
  readonly stopped: string | undefined
  readonly ready: number
  readonly restarted: Restarted
  readonly sidecars: Restarted
}

const initialisation = (pod: Pod, restartable: ReadonlySet<string>): Initialisation => {
  let restarted = never
  let sidecars = never
  let ready = 0
  const total = pod.spec?.initContainers?.length ?? 0
  for (const [index, container] of (pod.status?.initContainerStatuses ?? []).entries()) {
    restarted = counted(restarted, container)
    const sidecar = restartable.has(container.name)
    if (sidecar) sidecars = counted(sidecars, container)
    if (container.state?.terminated?.exitCode === 0) continue
    if (sidecar && container.started) {
      if (container.ready) ready++
      continue
    }
    return { stopped: initReason(container.state) ?? `Init:${index}/${total}`, ready, restarted, sidecars }
  }
  return { stopped: undefined, ready, restarted, sidecars }
}

const initReason = (state: ContainerState | undefined): string | undefined => {
  if (state?.terminated) return `Init:${endReason(state.terminated)}`
  const waiting = state?.waiting?.reason
  return waiting && waiting !== 'PodInitializing' ? `Init:${waiting}` : undefined
}

const endReason = ({ reason, signal, exitCode }: NonNullable<ContainerState['terminated']>): string =>
  reason ? reason : signal ? `Signal:${signal}` : `ExitCode:${exitCode}`

const runningContainers = (
  pod: Pod,
  sidecars: Restarted,
  before: string,
): Restarted & { readonly status: string; readonly ready: number } => {
  let restarted = sidecars
  let status = before
  let ready = 0
  for (const container of [...(pod.status?.containerStatuses ?? [])].reverse()) {
    restarted = counted(restarted, container)
    const { waiting, terminated, running } = container.state ?? {}
    if (waiting?.reason) status = waiting.reason
    else if (terminated) status = endReason(terminated)
    else if (container.ready && running) ready++
  }
  if (status === 'Completed' && ready > 0) status = hasCondition(pod, 'Ready') ? 'Running' : 'NotReady'
  return { ...restarted, status, ready }
}

const podReason = (pod: Pod): string => {
  const gated = pod.status?.conditions?.some(
    ({ type, reason }) => type === 'PodScheduled' && reason === 'SchedulingGated',
  )
  return gated ? 'SchedulingGated' : pod.status?.reason || pod.status?.phase || ''
}

const deletionStatus = (pod: Pod): string | undefined => {
  if (pod.metadata?.deletionTimestamp === undefined) return undefined
  if (pod.status?.reason === 'NodeLost') return 'Unknown'
  return isPodTerminated(pod) ? undefined : 'Terminating'
}

const hasCondition = (pod: Pod, wanted: string): boolean =>
  pod.status?.conditions?.some(({ type, status }) => type === wanted && status === 'True') ?? false
