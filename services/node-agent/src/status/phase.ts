import type { ContainerStatus, Pod } from '@periplus/kinds'
import { appContainersOf, initContainersOf, isSidecar } from '../plan/containers.ts'

interface Statuses {
  readonly init: readonly ContainerStatus[]
  readonly app: readonly ContainerStatus[]
}

/** A pod's phase from its containers' states. `terminal`: nothing of it will run again. */
export const phaseOf = (pod: Pod, { init, app }: Statuses, terminal: boolean): string => {
  const policy = pod.spec?.restartPolicy ?? 'Always'
  const initPhase = initPhaseOf(pod, init)
  if (initPhase === 'failed' && (policy === 'Never' || terminal)) return 'Failed'
  const states = appContainersOf(pod).map(({ name }) => stateOf(app.find(status => status.name === name)))
  const none = (state: ContainerSort): boolean => !states.includes(state)
  if (!terminal) {
    if (initPhase !== 'done') return 'Pending'
    if (!none('waiting') || !none('unknown')) return 'Pending'
    if (!none('running')) return 'Running'
  }
  const succeeded = states.every(state => state === 'succeeded')
  if (terminal) return succeeded ? 'Succeeded' : 'Failed'
  if (policy === 'Always' || sidecarRuns(pod, init)) return 'Running'
  if (succeeded) return 'Succeeded'
  return policy === 'Never' ? 'Failed' : 'Running'
}

type ContainerSort = 'unknown' | 'waiting' | 'running' | 'succeeded' | 'failed'

const stateOf = (status: ContainerStatus | undefined): ContainerSort => {
  const { state, lastState } = status ?? {}
  if (state?.running) return 'running'
  const terminated = state?.terminated ?? (state?.waiting ? lastState?.terminated : undefined)
  if (terminated) return terminated.exitCode === 0 ? 'succeeded' : 'failed'
  return state?.waiting ? 'waiting' : 'unknown'
}

const initPhaseOf = (pod: Pod, statuses: readonly ContainerStatus[]): 'done' | 'pending' | 'failed' => {
  let phase: 'done' | 'pending' = 'done'
  for (const container of initContainersOf(pod)) {
    const status = statuses.find(({ name }) => name === container.name)
    if (isSidecar(container)) {
      const everStarted = status?.started || status?.lastState?.terminated || status?.state?.terminated
      if (!everStarted) phase = 'pending'
      continue
    }
    const sort = stateOf(status)
    if (sort === 'failed') return 'failed'
    if (sort !== 'succeeded') phase = 'pending'
  }
  return phase
}

const sidecarRuns = (pod: Pod, statuses: readonly ContainerStatus[]): boolean =>
  initContainersOf(pod)
    .filter(isSidecar)
    .some(({ name }) => statuses.find(status => status.name === name)?.state?.running)
