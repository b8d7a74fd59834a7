import { formatQuantity, milliValue, quantityFromMilli, quantityOf } from '@periplus/api'
import type { Stored } from '@periplus/api'
import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import type { HorizontalPodAutoscalerSpec, HorizontalPodAutoscalerStatus, Pod } from '@periplus/kinds'
import type { Cut } from '@periplus/projection'
import { againstAverage, againstRequests, proposed } from './replicas.ts'
import type { Proposal, Tolerances } from './replicas.ts'
import { groupPods, requests, usages } from './usage.ts'

type MetricSpec = NonNullable<HorizontalPodAutoscalerSpec['metrics']>[number]
type MetricStatus = NonNullable<HorizontalPodAutoscalerStatus['currentMetrics']>[number]
type Target = NonNullable<MetricSpec['resource']>['target']

/** What the pods of a target are, and how many it has. */
export interface Scaled {
  readonly pods: readonly Stored<Pod>[]
  readonly replicas: number
  readonly tolerances: Tolerances
  readonly now: number
}

/** What one metric says. */
export interface Measured {
  readonly replicas: number
  /** In words for people, such as `cpu resource utilization (percentage of request)`. */
  readonly name: string
  readonly status: MetricStatus
}

/** Why a metric says nothing: a reason for a condition, what went wrong, and how that is told with others. */
export interface Failure {
  readonly reason: string
  readonly message: string
  readonly summary: string
}

const noMetrics = 'no metrics returned from resource metrics API'

const proposalFor = (
  cut: Cut,
  { pods, replicas, tolerances, now }: Scaled,
  resource: string,
  container: string | undefined,
  target: Target,
): Either<string, Proposal> => {
  const used = usages(cut, pods, resource, container)
  if (used.size === 0) return E.left(`unable to get metrics for resource ${resource}: ${noMetrics}`)
  const groups = groupPods(pods, used, resource, now)
  if (target.averageValue !== undefined) {
    const average = Number(milliValue(quantityOf(target.averageValue)))
    return proposed(replicas, groups, againstAverage(average), () => average, tolerances)
  }
  const asked = requests(pods, resource, container)
  if (E.isLeft(asked)) return asked
  const percent = target.averageUtilization ?? 0
  const guess = (name: string): number => Math.trunc(((asked.right.get(name) ?? 0) * Math.max(100, percent)) / 100)
  return proposed(replicas, groups, againstRequests(percent, asked.right), guess, tolerances)
}

const currentOf = ({ utilization, average }: Proposal) => ({
  averageValue: formatQuantity(quantityFromMilli(BigInt(average))),
  ...(utilization === undefined ? {} : { averageUtilization: utilization }),
})

const ofResource = (cut: Cut, scaled: Scaled, { resource }: MetricSpec): Either<Failure, Measured> => {
  const { name = '', target = { type: '' } } = resource ?? {}
  const proposal = proposalFor(cut, scaled, name, undefined, target)
  if (E.isLeft(proposal)) {
    const message = `failed to get ${name} ${target.averageValue === undefined ? 'utilization' : 'usage'}: ${proposal.left}`
    const summary = `failed to get ${name} resource metric value: ${message}`
    return E.left({ reason: 'FailedGetResourceMetric', message, summary })
  }
  return E.right({
    replicas: proposal.right.replicas,
    name:
      target.averageValue === undefined ? `${name} resource utilization (percentage of request)` : `${name} resource`,
    status: { type: 'Resource', resource: { name, current: currentOf(proposal.right) } },
  })
}

const ofContainer = (cut: Cut, scaled: Scaled, { containerResource }: MetricSpec): Either<Failure, Measured> => {
  const { name = '', container = '', target = { type: '' } } = containerResource ?? {}
  const proposal = proposalFor(cut, scaled, name, container, target)
  if (E.isLeft(proposal)) {
    const message = `failed to get ${name} ${target.averageValue === undefined ? 'utilization' : 'usage'}: ${proposal.left}`
    const summary = `failed to get ${name} container metric value: ${message}`
    return E.left({ reason: 'FailedGetContainerResourceMetric', message, summary })
  }
  return E.right({
    replicas: proposal.right.replicas,
    name:
      target.averageValue === undefined
        ? `${name} container resource utilization (percentage of request)`
        : `${name} container resource`,
    status: { type: 'ContainerResource', containerResource: { name, container, current: currentOf(proposal.right) } },
  })
}

const custom =
  'unable to fetch metrics from custom metrics API: no custom metrics API (custom.metrics.k8s.io) registered'
const external =
  'unable to fetch metrics from external metrics API: no external metrics API (external.metrics.k8s.io) registered'

/** What one metric asks for. Those that other servers would have to tell say so, as nobody serves them. */
export const measure = (cut: Cut, scaled: Scaled, spec: MetricSpec): Either<Failure, Measured> => {
  switch (spec.type) {
    case 'Resource':
      return ofResource(cut, scaled, spec)
    case 'ContainerResource':
      return ofContainer(cut, scaled, spec)
    case 'Pods': {
      const message = `unable to get metric ${spec.pods?.metric.name}: ${custom}`
      return E.left({ reason: 'FailedGetPodsMetric', message, summary: `failed to get pods metric value: ${message}` })
    }
    case 'Object': {
      const { kind, name } = spec.object?.describedObject ?? {}
      const message = `unable to get metric ${spec.object?.metric.name}: ${custom} on ${kind} ${name}`
      return E.left({
        reason: 'FailedGetObjectMetric',
        message,
        summary: `failed to get object metric value: ${message}`,
      })
    }
    case 'External': {
      const message = `unable to get external metric ${spec.external?.metric.name}: ${external}`
      const summary = `failed to get ${spec.external?.metric.name} external metric value: ${message}`
      return E.left({ reason: 'FailedGetExternalMetric', message, summary })
    }
    default: {
      const message = `unknown metric source type "${spec.type}"`
      return E.left({ reason: 'InvalidMetricSourceType', message, summary: message })
    }
  }
}
