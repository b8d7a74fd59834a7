import { E } from '@periplus/prelude'
import { formatTime, groupResource, parseGroupVersion, refOf, statusOf } from '@periplus/api'
import type { Kind, KindRegistry, KubernetesObject, Stored } from '@periplus/api'
import type { Command } from '@periplus/commands'
import { recordEvents } from '@periplus/controller'
import type { Decision, EventDraft, Moment } from '@periplus/controller'
import { HorizontalPodAutoscaler, Pod } from '@periplus/kinds'
import type { HorizontalPodAutoscalerStatus } from '@periplus/kinds'
import type { Cut } from '@periplus/projection'
import { writeStatus } from '../status/write-status.ts'
import { limited, stabilized } from './behaviour.ts'
import { withCondition } from './conditions.ts'
import { memoryAnnotation, memoryOf, period, recommending, scaling } from './memory.ts'
import type { Memory } from './memory.ts'
import { measure } from './metrics.ts'
import type { Failure, Measured, Scaled } from './metrics.ts'
import { targetSelector } from './target-selector.ts'
import { tolerancesOf } from './tolerances.ts'

const component = 'horizontal-pod-autoscaler'

interface Target {
  readonly kind: Kind
  readonly object: Stored<KubernetesObject>
  readonly replicas: number
  readonly selector: string
}

/** What a decision is made of, as far as it has come. */
interface State {
  readonly hpa: Stored<HorizontalPodAutoscaler>
  readonly now: number
  readonly memory: Memory
  readonly conditions: NonNullable<HorizontalPodAutoscalerStatus['conditions']>
  readonly measured: readonly Measured[]
  readonly drafts: readonly EventDraft[]
}

type ConditionType = Parameters<typeof withCondition>[2]

const saying = (state: State, type: ConditionType, is: 'True' | 'False', reason: string, message: string): State => ({
  ...state,
  conditions: withCondition(state.conditions, state.now, type, is, reason, message),
})

const warning = (state: State, reason: string, message: string): State => ({
  ...state,
  drafts: [...state.drafts, { regarding: state.hpa, type: 'Warning', reason, message }],
})

const targetOf = (cut: Cut, kinds: KindRegistry, hpa: Stored<HorizontalPodAutoscaler>): Target | string => {
  const { apiVersion = '', kind: name, name: object } = hpa.spec?.scaleTargetRef ?? { kind: '', name: '' }
  const { group = '', version = '' } = parseGroupVersion(apiVersion) ?? {}
  const kind = kinds.byKind(group, version, name)
  if (!kind) return `no matches for kind "${name}" in group "${group}"`
  if (!kind.scale) return `the server could not find the requested resource`
  const found = cut.get(kind, hpa.metadata.namespace ?? '', object)
  if (!found) return `${groupResource(kind.resource, group)} "${object}" not found`
  return {
    kind,
    object: found,
    replicas: kind.scale.replicas(found),
    selector: kind.scale.selector(found),
  }
}

/** The largest number that a metric asks for, or why that cannot be told. */
const recommend = (cut: Cut, state: State, target: Target): { readonly state: State; readonly wanted?: Measured } => {
  const { hpa, now } = state
  const selector = targetSelector(target.selector)
  if (E.isLeft(selector)) {
    const { reason, message, because } = selector.left
    return { state: saying(warning(state, reason, message), 'ScalingActive', 'False', 'InvalidSelector', because) }
  }
  const pods = cut
    .list(Pod, hpa.metadata.namespace)
    .filter(({ metadata }) => selector.right.matches(metadata.labels ?? {}))
  const scaled: Scaled = { pods, replicas: target.replicas, tolerances: tolerancesOf(hpa), now }
  const metrics = hpa.spec?.metrics ?? []
  const found = metrics.map(metric => measure(cut, scaled, metric))
  const failures = found.filter(E.isLeft).map(({ left }): Failure => left)
  const measured = found.filter(E.isRight).map(({ right }): Measured => right)
  const told = failures.reduce<State>((next, { reason, message }) => warning(next, reason, message), {
    ...state,
    measured,
  })
  const [most] = [...measured].sort((a, b) => b.replicas - a.replicas)
  const [failure] = failures
  if (!most || (failure && most.replicas < target.replicas)) {
    const { reason = 'InvalidMetricSourceType', message = 'there is no metric', summary = message } = failure ?? {}
    const inactive = saying(
      told,
      'ScalingActive',
      'False',
      reason,
      `the HPA was unable to compute the replica count: ${message}`,
    )
    const all = `invalid metrics (${failures.length} invalid out of ${metrics.length}), first error is: ${summary}`
    return { state: warning(inactive, 'FailedComputeMetricsReplicas', all) }
  }
  const message = `the HPA was able to successfully calculate a replica count from ${most.name}`
  return { state: saying(told, 'ScalingActive', 'True', 'ValidMetricFound', message), wanted: most }
}

interface Outcome {
  readonly state: State
  readonly replicas: number
  /** Why the target is to be scaled; `undefined`: it is not. */
  readonly reason?: string
}

const settle = (cut: Cut, state: State, target: Target): Outcome => {
  const { hpa, now } = state
  const { maxReplicas = 1, minReplicas = 1 } = hpa.spec ?? {}
  const current = target.replicas
  if (current === 0 && minReplicas !== 0) {
    const message = 'scaling is disabled since the replica count of the target is zero'
    return { state: saying(state, 'ScalingActive', 'False', 'ScalingDisabled', message), replicas: 0 }
  }
  if (current > maxReplicas)
    return { state, replicas: maxReplicas, reason: 'Current number of replicas above Spec.MaxReplicas' }
  if (current < minReplicas)
    return { state, replicas: minReplicas, reason: 'Current number of replicas below Spec.MinReplicas' }
  const { state: next, wanted } = recommend(cut, state, target)
  if (!wanted || !hpa.spec) return { state: next, replicas: current }
  const steady = stabilized(hpa.spec, next.memory, current, wanted.replicas, now)
  const bounded = limited(hpa.spec, next.memory, current, steady.replicas, now)
  const able = saying(next, 'AbleToScale', 'True', steady.reason, steady.message)
  const isLimited = bounded.replicas === steady.replicas ? 'False' : 'True'
  const said = saying(able, 'ScalingLimited', isLimited, bounded.reason, bounded.message)
  const remembered = { ...said, memory: recommending(said.memory, wanted.replicas, now) }
  if (bounded.replicas === current) return { state: remembered, replicas: current }
  const reason = wanted.replicas > current ? `${wanted.name} above target` : 'All metrics below target'
  return { state: remembered, replicas: bounded.replicas, reason }
}

const statusCommands = (state: State, current: number, desired: number, rescaled: boolean): readonly Command[] => {
  const { hpa, now, conditions, measured, memory } = state
  const status: HorizontalPodAutoscalerStatus = {
    ...hpa.status,
    conditions,
    currentReplicas: current,
    desiredReplicas: desired,
    observedGeneration: hpa.metadata.generation,
    currentMetrics: measured.length > 0 ? measured.map(one => one.status) : undefined,
    ...(rescaled ? { lastScaleTime: formatTime(now) } : {}),
  }
  const written = writeStatus(HorizontalPodAutoscaler, hpa, status, ['desiredReplicas'])
  const text = JSON.stringify(memory)
  if (!written && hpa.metadata.annotations?.[memoryAnnotation] === text) return []
  const body = written?.verb === 'patch' ? (written.patch.body as object) : {}
  const { namespace = '', name } = hpa.metadata
  return [
    {
      verb: 'patch',
      kind: HorizontalPodAutoscaler,
      ref: refOf(HorizontalPodAutoscaler, namespace, name),
      subresource: 'status',
      patch: { type: 'merge', body: { metadata: { annotations: { [memoryAnnotation]: text } }, ...body } },
    },
  ]
}

const unscaled = (cut: Cut, state: State, why: string, replicas: number): Decision => ({
  commands: [
    ...statusCommands(state, replicas, replicas, false),
    ...recordEvents(cut, state.now, component, state.drafts),
  ],
  requeueAfter: period,
  why,
})

/** What is to become of the number of pods that an autoscaler's target has. */
export const autoscale = (
  cut: Cut,
  kinds: KindRegistry,
  hpa: Stored<HorizontalPodAutoscaler>,
  { now, refused }: Moment,
): Decision => {
  const { conditions = [] } = hpa.status ?? {}
  const begun: State = { hpa, now, memory: memoryOf(hpa, now), conditions, measured: [], drafts: [] }
  const target = targetOf(cut, kinds, hpa)
  if (typeof target === 'string') {
    const message = `the HPA controller was unable to get the target's current scale: ${target}`
    const failed = saying(warning(begun, 'FailedGetScale', target), 'AbleToScale', 'False', 'FailedGetScale', message)
    return unscaled(cut, failed, target, hpa.status?.currentReplicas ?? 0)
  }
  const able = saying(
    begun,
    'AbleToScale',
    'True',
    'SucceededGetScale',
    "the HPA controller was able to get the target's current scale",
  )
  const first =
    able.memory.recommended.length > 0 ? able : { ...able, memory: recommending(able.memory, target.replicas, now) }
  const { state, replicas, reason } = settle(cut, first, target)
  const current = target.replicas
  if (reason === undefined) return unscaled(cut, state, `${current} pods are as many as there should be`, current)

  const size = `New size: ${replicas}; reason: ${reason}`
  if (refused?.verb === 'patch' && refused.resource === target.kind.resource) {
    const error = statusOf(refused.refusal).message ?? ''
    const message = `the HPA controller was unable to update the target scale: ${error}`
    const failed = saying(
      warning(state, 'FailedRescale', `${size}; error: ${error}`),
      'AbleToScale',
      'False',
      'FailedUpdateScale',
      message,
    )
    const told = recordEvents(cut, now, component, failed.drafts)
    const commands = [...statusCommands(failed, current, current, false), ...told, scaleTo(target, replicas)]
    return { commands, requeueAfter: period, why: `${size}; it was refused: ${error}` }
  }
  const done = saying(
    state,
    'AbleToScale',
    'True',
    'SucceededRescale',
    `the HPA controller was able to update the target scale to ${replicas}`,
  )
  const remembered = { ...done, memory: scaling(done.memory, replicas - current, now) }
  const draft: EventDraft = { regarding: hpa, type: 'Normal', reason: 'SuccessfulRescale', message: size }
  return {
    commands: [
      scaleTo(target, replicas),
      ...statusCommands(remembered, current, replicas, true),
      ...recordEvents(cut, now, component, [...remembered.drafts, draft]),
    ],
    requeueAfter: period,
    why: size,
  }
}

const scaleTo = ({ kind, object }: Target, replicas: number): Command => ({
  verb: 'patch',
  kind,
  ref: refOf(kind, object.metadata.namespace ?? '', object.metadata.name),
  subresource: 'scale',
  patch: { type: 'merge', body: { spec: { replicas } } },
})
