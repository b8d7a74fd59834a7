import { transitionTime } from '@periplus/kinds'
import type { ContainerStatus, Pod, PodCondition } from '@periplus/kinds'
import { appContainersOf, initContainersOf, isSidecar } from '../plan/containers.ts'
import type { Loss } from '@periplus/log-stream'
import { resizeConditionTypes } from '../resize/plan-resize.ts'

import { logLossCondition, logLossVerdict } from './log-losses.ts'

type Verdict = Pick<PodCondition, 'status' | 'reason' | 'message'>

interface Facts {
  readonly phase: string
  readonly init: readonly ContainerStatus[]
  readonly app: readonly ContainerStatus[]
  readonly sandboxReady: boolean
  /** Why the node ends the pod for reasons of its own. */
  readonly disruption: string | undefined
  readonly resize: readonly [string, Verdict][]
  readonly logLosses: readonly Loss[]
}

const yes: Verdict = { status: 'True' }

/** The conditions that a node writes, with the moments of their last change; those of others are kept as they are. */
export const podConditions = (pod: Pod, facts: Facts, now: number): readonly PodCondition[] => {
  const before = pod.status?.conditions ?? []
  const containersReady = containersReadyOf(pod, facts)
  const own: readonly [string, Verdict][] = [
    ['PodReadyToStartContainers', { status: facts.sandboxReady ? 'True' : 'False' }],
    ['Initialized', initializedOf(pod, facts)],
    ['Ready', readyOf(before, pod, containersReady)],
    ['ContainersReady', containersReady],
    ['PodScheduled', yes],
    ...disrupted(facts),
    ...facts.resize,
    ...lost(facts),
  ]
  const generation = pod.metadata?.generation
  const written = own.map(([type, verdict]): PodCondition => {
    return {
      type,
      ...verdict,
      lastTransitionTime: transitionTime(before, type, verdict.status, now),
      ...(generation === undefined ? {} : { observedGeneration: generation }),
    }
  })
  return [
    ...written,
    ...before.filter(({ type }) => !own.some(([ownType]) => ownType === type) && !resizeConditionTypes.includes(type)),
  ]
}

/** Tells controllers, by their pod failure policies, that it was not the pod's own doing. */
const disrupted = ({ disruption: message }: Facts): readonly [string, Verdict][] =>
  message === undefined ? [] : [['DisruptionTarget', { status: 'True', reason: 'TerminationByKubelet', message }]]

const lost = ({ logLosses }: Facts): readonly [string, Verdict][] => {
  const verdict = logLossVerdict(logLosses)
  return verdict ? [[logLossCondition, verdict]] : []
}

const initializedOf = (pod: Pod, { phase, init, app }: Facts): Verdict => {
  const containers = initContainersOf(pod)
  const begun = app.some(status => status.state?.running || status.state?.terminated || status.lastState?.terminated)
  const incomplete = containers.filter(container => {
    const status = init.find(({ name }) => name === container.name)
    return isSidecar(container) ? !status?.started && !begun : !status?.ready && !begun
  })
  if (phase === 'Succeeded' && containers.length > 0) return { status: 'True', reason: 'PodCompleted' }
  if (incomplete.length === 0) return yes
  return {
    status: 'False',
    reason: 'ContainersNotInitialized',
    message: `containers with incomplete status: ${nameList(incomplete)}`,
  }
}

const containersReadyOf = (pod: Pod, { phase, init, app }: Facts): Verdict => {
  if (phase === 'Succeeded') return { status: 'False', reason: 'PodCompleted' }
  if (phase === 'Failed') return { status: 'False', reason: 'PodFailed' }
  const statuses = [...init, ...app]
  const unready = [...initContainersOf(pod).filter(isSidecar), ...appContainersOf(pod)].filter(
    ({ name }) => !statuses.find(status => status.name === name)?.ready,
  )
  if (unready.length === 0) return yes
  return {
    status: 'False',
    reason: 'ContainersNotReady',
    message: `containers with unready status: ${nameList(unready)}`,
  }
}

const readyOf = (conditions: readonly PodCondition[], pod: Pod, containersReady: Verdict): Verdict => {
  if (containersReady.status !== 'True') return containersReady
  const unmet = (pod.spec?.readinessGates ?? []).flatMap(({ conditionType }) => {
    const condition = conditions.find(({ type }) => type === conditionType)
    if (!condition) return [`corresponding condition of pod readiness gate "${conditionType}" does not exist.`]
    if (condition.status === 'True') return []
    return [`the status of pod readiness gate "${conditionType}" is not "True", but ${condition.status}`]
  })
  if (unmet.length === 0) return yes
  return { status: 'False', reason: 'ReadinessGatesNotReady', message: unmet.join(', ') }
}

const nameList = (containers: readonly { readonly name: string }[]): string =>
  `[${containers.map(({ name }) => name).join(' ')}]`
