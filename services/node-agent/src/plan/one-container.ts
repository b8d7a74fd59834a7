import { boundedMilliseconds } from '@periplus/prelude'
import type { ContainerState, SandboxState } from '@periplus/runtime'
import type { Container, Pod, Probe } from '@periplus/kinds'
import { failureState } from '../status/failure-state.ts'
import { backOffAfter } from './back-off.ts'
import { newest, newestIn, podLabel } from './containers.ts'
import type { ContainerRole } from './containers.ts'
import { containerHash, hashAnnotation } from './container-hash.ts'
import { graceSecondsOf } from './grace-seconds.ts'
import type { Observed } from './observed.ts'
import { restartsForResize } from '../resize/plan-resize.ts'
import { restarts } from './restart.ts'
import { begin, nothing, tell, together, wake } from './steps.ts'
import type { Steps } from './steps.ts'

/** One container in a usable sandbox whose turn it is: start it, restart it, kill it, or leave it. */
export const planContainer = (
  pod: Pod,
  observed: Observed,
  sandbox: SandboxState,
  container: Container,
  role: ContainerRole,
  now: number,
): Steps => {
  const last = newest(observed, container.name)
  const current = newestIn(observed, sandbox, container.name)
  const start = (backOffSeconds: number): Steps =>
    together(
      pullBackOff(observed, container, now),
      begin(observed, now, {
        tag: 'StartContainer',
        subject: container.name,
        role,
        sandboxId: sandbox.id,
        attempt: nextAttempt(pod, container.name, last),
        backOffSeconds,
      }),
    )
  if (!last) return start(0)
  if (!current) return last.state === 'exited' && !restartsInNewSandbox(pod, container, role, last) ? nothing : start(0)
  switch (current.state) {
    case 'created':
      return start(backOffAfter(current).seconds)
    case 'unknown':
      return kill(
        pod,
        observed,
        current,
        now,
        `Container ${container.name} is in unknown state, try killing it before restart`,
      )
    case 'running':
      return keepRunning(pod, observed, container, current, now)
    case 'exited': {
      if (!restarts(pod, container, role, current.exitCode)) return nothing
      const backOff = backOffAfter(current)
      if (backOff.restartAt <= now || observed.operations.has(container.name)) return start(backOff.next)
      return together(
        wake(backOff.restartAt),
        tell({
          tag: 'Tell',
          subject: container.name,
          key: `back-off/${current.id}`,
          type: 'Warning',
          reason: 'BackOff',
          message: `Back-off restarting failed container ${container.name} in pod ${podLabel(pod)}`,
          container: container.name,
        }),
      )
    }
  }
}

/** The image could not be pulled and the next try is not due: two events, as Kubernetes tells it. */
const pullBackOff = (observed: Observed, container: Container, now: number): Steps => {
  const failure = observed.failures.get(container.name)
  const waits = failure && failure.retryAt > now && !observed.operations.has(container.name)
  if (!waits || failureState(failure, container.image ?? '', now)?.reason !== 'ImagePullBackOff') return nothing
  const about = { tag: 'Tell', subject: container.name, container: container.name } as const
  const key = `pull-back-off/${container.name}/${failure.at}`
  const message = `Back-off pulling image "${failure.image ?? container.image}"`
  // A volume is the pod's.
  const of = failure.image === undefined ? about : { ...about, container: undefined }
  return together(
    tell({ ...of, key, type: 'Normal', reason: 'BackOff', message }),
    tell({ ...about, key: `${key}/error`, type: 'Warning', reason: 'Failed', message: 'Error: ImagePullBackOff' }),
  )
}

/** In a new sandbox an init container runs again even if it succeeded in the old one; an app container only by its policy. */
const restartsInNewSandbox = (pod: Pod, container: Container, role: ContainerRole, last: ContainerState): boolean =>
  role === 'init' || restarts(pod, container, role, last.exitCode)

const nextAttempt = (pod: Pod, name: string, last: ContainerState | undefined): number => {
  if (last) return last.attempt + 1
  const { containerStatuses = [], initContainerStatuses = [] } = pod.status ?? {}
  const told = [...containerStatuses, ...initContainerStatuses].find(status => status.name === name)
  return told?.containerID ? told.restartCount + 1 : (told?.restartCount ?? 0)
}

const keepRunning = (
  pod: Pod,
  observed: Observed,
  container: Container,
  current: ContainerState,
  now: number,
): Steps => {
  const probed = observed.probes.get(current.id)
  const hash = current.annotations[hashAnnotation]
  if (hash !== undefined && hash !== containerHash(container))
    return kill(pod, observed, current, now, `Container ${container.name} definition changed, will be restarted`)
  if (restartsForResize(pod, observed, current.id))
    return kill(pod, observed, current, now, `Container ${container.name} resize requires restart`)
  const willBe =
    pod.spec?.restartPolicy === 'Never' && container.restartPolicy !== 'Always' ? '' : ', will be restarted'
  if (probed?.startup === 'failure')
    return kill(
      pod,
      observed,
      current,
      now,
      `Container ${container.name} failed startup probe${willBe}`,
      container.startupProbe,
    )
  if (probed?.liveness === 'failure')
    return kill(
      pod,
      observed,
      current,
      now,
      `Container ${container.name} failed liveness probe${willBe}`,
      container.livenessProbe,
    )
  return nothing
}

const kill = (
  pod: Pod,
  observed: Observed,
  current: ContainerState,
  now: number,
  message: string,
  probe?: Probe,
): Steps =>
  begin(observed, now, {
    tag: 'KillContainer',
    subject: `kill/${current.id}`,
    containerId: current.id,
    name: current.name,
    deadline: now + boundedMilliseconds(probe?.terminationGracePeriodSeconds ?? graceSecondsOf(pod)),
    message,
    runPreStop: true,
  })
