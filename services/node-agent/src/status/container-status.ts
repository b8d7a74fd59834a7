import type { ContainerState as RuntimeContainer } from '@periplus/runtime'
import type { Container, ContainerState, ContainerStatus, Pod } from '@periplus/kinds'
import { backOffAfter, durationText } from '../plan/back-off.ts'
import { isInPostStart, podLabel } from '../plan/containers.ts'
import type { ContainerRole } from '../plan/containers.ts'
import type { Goal } from '../plan/goal.ts'
import type { Observed } from '../plan/observed.ts'
import { restarts } from '../plan/restart.ts'
import { withCompute } from '../resize/allocate.ts'
import { givenTo } from '../resize/given.ts'
import { failureState } from './failure-state.ts'
import { timeText } from './time.ts'

/** What `kubectl get pod -o yaml` shows of one container. `previous` is what it showed before. */
export const containerStatus = (
  pod: Pod,
  observed: Observed,
  goal: Goal,
  container: Container,
  role: ContainerRole,
  previous: ContainerStatus | undefined,
  now: number,
): ContainerStatus => {
  const [current, ...older] = observed.containers.filter(({ name }) => name === container.name)
  if (!current) return neverMade(pod, observed, container, previous, now)
  const told = {
    name: container.name,
    image: imageName(container, current),
    imageID: current.imageId,
    ...(role === 'ephemeral' ? {} : resourcesOf(pod, observed, container, current)),
  }
  const identity = { ...told, containerID: containerId(observed, current), restartCount: current.attempt }
  // One that was made and never started, such as when the runtime went away, has not ended either.
  const before = older.find(({ state }) => state !== 'created')
  const last = before && ended(observed, before)
  if (isInPostStart(pod, observed.operations, current)) return starting(pod, observed, container, previous, last, now)
  if (current.state === 'running' || current.state === 'unknown') {
    const probed = observed.probes.get(current.id)
    const started = (probed?.startup ?? 'success') === 'success'
    return {
      ...identity,
      state: { running: { startedAt: timeText(current.startedAt) } },
      lastState: last ?? {},
      started,
      // An ephemeral container is nothing that anybody waits for.
      ready: role !== 'init' && role !== 'ephemeral' && started && (probed?.readiness ?? 'success') === 'success',
    }
  }
  if (current.state === 'created')
    return {
      ...identity,
      state: stillWaiting(previous) ?? waitingState(pod, observed, container, now),
      lastState: last ?? {},
      started: false,
      ready: false,
    }
  const terminated = ended(observed, current)
  const succeededInit = role === 'init' && current.exitCode === 0
  const waits = goal.tag === 'Run' && restarts(pod, container, role, current.exitCode)
  const waiting = waits ? crashLoop(pod, observed, container, current, previous, now) : undefined
  return {
    ...identity,
    state: waiting ?? terminated,
    lastState: waiting ? terminated : (last ?? {}),
    started: false,
    ready: succeededInit,
  }
}

/** What it is to have, and what it has: the same but while a resize is under way. */
const resourcesOf = (
  pod: Pod,
  observed: Observed,
  { name, resources = {} }: Container,
  { state }: RuntimeContainer,
): Pick<ContainerStatus, 'allocatedResources' | 'resources'> => {
  const { requests, limits } = resources
  const given = state === 'running' ? givenTo(pod, observed, name) : undefined
  return {
    ...(requests && Object.keys(requests).length > 0 ? { allocatedResources: requests } : {}),
    resources: given ? withCompute(resources, given) : { ...(limits && { limits }), ...(requests && { requests }) },
  }
}

/** The runtime's full name of the image; where it knows the image by its digest only, the name in the spec. */
const imageName = (container: Container, { image }: RuntimeContainer): string =>
  image === '' || /^(sha256:)?[0-9a-f]{64}$/.test(image) ? (container.image ?? '') : image

/** `containerd://<id>`: the runtime's name stands before its id. */
const containerId = (observed: Observed, container: RuntimeContainer): string =>
  `${observed.runtimeName}://${container.id}`

const ended = (observed: Observed, container: RuntimeContainer): ContainerState => {
  const message = observed.messages.get(container.id) || container.message
  return {
    terminated: {
      exitCode: container.exitCode,
      reason: container.reason || (container.exitCode === 0 ? 'Completed' : 'Error'),
      ...(message ? { message } : {}),
      // One that never started says 1970, as Kubernetes has it.
      startedAt: timeText(container.startedAt),
      finishedAt: timeText(container.finishedAt),
      containerID: containerId(observed, container),
    },
  }
}

/** It runs, but nobody may count on it before its postStart hook is done: it is shown as it was before it was started. */
const starting = (
  pod: Pod,
  observed: Observed,
  container: Container,
  previous: ContainerStatus | undefined,
  last: ContainerState | undefined,
  now: number,
): ContainerStatus =>
  previous && !previous.state?.running
    ? previous
    : {
        name: container.name,
        image: container.image ?? '',
        imageID: '',
        restartCount: previous?.restartCount ?? 0,
        state: waitingState(pod, observed, container, now),
        lastState: last ?? {},
        started: false,
        ready: false,
      }

/** Between the end of a back-off and the start after it nothing has changed for anybody. */
const stillWaiting = (previous: ContainerStatus | undefined): ContainerState | undefined =>
  previous?.state?.waiting?.reason === 'CrashLoopBackOff' ? previous.state : undefined

/** While a container waits to be started again, or its start has just failed; otherwise it is shown as terminated. */
const crashLoop = (
  pod: Pod,
  observed: Observed,
  container: Container,
  exited: RuntimeContainer,
  previous: ContainerStatus | undefined,
  now: number,
): ContainerState | undefined => {
  const failure = observed.failures.get(container.name)
  const failed = failureState(failure, container.image ?? '', now)
  if (failed) return { waiting: failed }
  const { restartAt, seconds } = backOffAfter(exited)
  if (restartAt <= now) {
    const retried = failure && failure.retryAt > now
    return (
      stillWaiting(previous) ??
      (retried ? { waiting: { reason: failure.reason, message: failure.message } } : undefined)
    )
  }
  return {
    waiting: {
      reason: 'CrashLoopBackOff',
      message: `back-off ${durationText(seconds)} restarting failed container=${container.name} pod=${podLabel(pod)}`,
    },
  }
}

const waitingState = (pod: Pod, observed: Observed, container: Container, now: number): ContainerState => ({
  waiting: failureState(observed.failures.get(container.name), container.image ?? '', now) ?? {
    reason: (pod.spec?.initContainers ?? []).length > 0 ? 'PodInitializing' : 'ContainerCreating',
  },
})

/** No such container is on this machine: it has not had its turn yet, or it is gone together with what it ended with. */
const neverMade = (
  pod: Pod,
  observed: Observed,
  container: Container,
  previous: ContainerStatus | undefined,
  now: number,
): ContainerStatus => {
  if (previous?.containerID && previous.state?.terminated) return previous
  const lost = previous?.containerID !== undefined && previous.state?.running !== undefined
  return {
    name: container.name,
    image: container.image ?? '',
    imageID: '',
    restartCount: lost ? previous.restartCount + 1 : (previous?.restartCount ?? 0),
    state: waitingState(pod, observed, container, now),
    lastState: lost ? { terminated: located(previous) } : (previous?.lastState ?? {}),
    started: false,
    ready: false,
  }
}

const located = (previous: ContainerStatus) => ({
  exitCode: 137,
  reason: 'ContainerStatusUnknown',
  message: 'The container could not be located when the pod was deleted.  The container used to be Running',
  ...(previous.containerID ? { containerID: previous.containerID } : {}),
})
