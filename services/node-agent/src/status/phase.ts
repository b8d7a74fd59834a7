import type { ContainerStatus, Pod } from '@periplus/kinds'
import { appContainersOf, initContainersOf, isSidecar } from '../plan/containers.ts'
import { restarts } from '../plan/restart.ts'

interface Statuses {
  readonly init: readonly ContainerStatus[]
  readonly app: readonly ContainerStatus[]
}

/** A pod's phase from its containers' states. `terminal`: nothing of it will run again. */
export const phaseOf = (pod: Pod, { init, app }: Statuses, terminal: boolean): string => {
  const initPhase = initPhaseOf(pod, init, terminal)
  if (initPhase === 'failed') return 'Failed'
  const states = appContainersOf(pod).map(({ name }) => stateOf(app.find(status => status.name === name)))
  const none = (state: ContainerSort): boolean => !states.includes(state)
  if (!terminal) {
    if (initPhase !== 'done') return 'Pending'
    if (!none('waiting') || !none('unknown')) return 'Pending'
    if (!none('running') || sidecarRuns(pod, init) || someRestart(pod, app)) return 'Running'
  }
  return states.every(state => state === 'succeeded') ? 'Succeeded' : 'Failed'
}

/** Some app container has ended and is to run again. */
const someRestart = (pod: Pod, statuses: readonly ContainerStatus[]): boolean =>
  appContainersOf(pod).some(container => {
    const exitCode = exitCodeOf(statuses.find(({ name }) => name === container.name))
    return exitCode !== undefined && restarts(pod, container, 'app', exitCode)
  })

type ContainerSort = 'unknown' | 'waiting' | 'running' | 'succeeded' | 'failed'

const stateOf = (status: ContainerStatus | undefined): ContainerSort => {
  if (status?.state?.running) return 'running'
  const exitCode = exitCodeOf(status)
  if (exitCode !== undefined) return exitCode === 0 ? 'succeeded' : 'failed'
  return status?.state?.waiting ? 'waiting' : 'unknown'
}

/** What it ended with, or ended with before it came to wait for its next start. */
const exitCodeOf = (status: ContainerStatus | undefined): number | undefined => {
  const { state, lastState } = status ?? {}
  return (state?.terminated ?? (state?.waiting ? lastState?.terminated : undefined))?.exitCode
}

const initPhaseOf = (
  pod: Pod,
  statuses: readonly ContainerStatus[],
  terminal: boolean,
): 'done' | 'pending' | 'failed' => {
  let phase: 'done' | 'pending' = 'done'
  for (const container of initContainersOf(pod)) {
    const status = statuses.find(({ name }) => name === container.name)
    if (isSidecar(container)) {
      const everStarted = status?.started || status?.lastState?.terminated || status?.state?.terminated
      if (!everStarted) phase = 'pending'
      continue
    }
    const sort = stateOf(status)
    if (sort === 'failed' && (terminal || !restarts(pod, container, 'init', exitCodeOf(status) ?? 0))) return 'failed'
    if (sort !== 'succeeded') phase = 'pending'
  }
  return phase
}

const sidecarRuns = (pod: Pod, statuses: readonly ContainerStatus[]): boolean =>
  initContainersOf(pod)
    .filter(isSidecar)
    .some(({ name }) => statuses.find(status => status.name === name)?.state?.running)
