import { fieldError, quantityOf } from '@periplus/api'
import type { FieldError, FieldPath } from '@periplus/api'
import { each, oneOf } from '../../../validation/values.ts'
import { metricErrors, namesGroup, referenceErrors } from './metric-validation.ts'
import type { HPAScalingPolicy, HPAScalingRules, HorizontalPodAutoscaler } from './schema.ts'

const { forbidden, invalid, notSupported, required } = fieldError

const longest = { window: 3600, period: 1800 }

const policyErrors = (path: FieldPath, { type, value, periodSeconds }: HPAScalingPolicy): readonly FieldError[] => [
  ...(type === 'Pods' || type === 'Percent' ? [] : [notSupported(`${path}.type`, type, ['Percent', 'Pods'])]),
  ...(value <= 0 ? [invalid(`${path}.value`, value, 'must be greater than zero')] : []),
  ...(periodSeconds <= 0 ? [invalid(`${path}.periodSeconds`, periodSeconds, 'must be greater than zero')] : []),
  ...(periodSeconds > longest.period
    ? [invalid(`${path}.periodSeconds`, periodSeconds, `must be less than or equal to ${longest.period}`)]
    : []),
]

const rulesErrors = (path: FieldPath, rules: HPAScalingRules | undefined): readonly FieldError[] => {
  if (!rules) return []
  const { stabilizationWindowSeconds: window = 0, policies = [], tolerance } = rules
  const at = `${path}.stabilizationWindowSeconds`
  return [
    ...(window < 0 ? [invalid(at, window, 'must be greater than or equal to zero')] : []),
    ...(window > longest.window ? [invalid(at, window, `must be less than or equal to ${longest.window}`)] : []),
    ...oneOf(`${path}.selectPolicy`, rules.selectPolicy, ['Disabled', 'Max', 'Min']),
    ...(policies.length === 0 ? [required(`${path}.policies`, 'must specify at least one Policy')] : []),
    ...each(`${path}.policies`, policies, (policy, one) => policyErrors(one, policy)),
    ...(tolerance !== undefined && quantityOf(tolerance).nanos < 0n
      ? [invalid(`${path}.tolerance`, tolerance, 'must be greater than or equal to 0')]
      : []),
  ]
}

/** Whether it has to name a group: those from before it had to may go on without. */
const isScaled = (previous: HorizontalPodAutoscaler | undefined): boolean =>
  previous?.spec === undefined || namesGroup(previous.spec.scaleTargetRef.apiVersion ?? '')

/** What is wrong with an autoscaler. */
export const horizontalPodAutoscalerErrors = (
  { spec }: HorizontalPodAutoscaler,
  previous?: HorizontalPodAutoscaler,
): readonly FieldError[] => {
  if (!spec) return [required('spec.scaleTargetRef')]
  const { minReplicas = 1, maxReplicas, scaleTargetRef, metrics, behavior } = spec
  return [
    ...(minReplicas < 1 ? [invalid('spec.minReplicas', minReplicas, 'must be greater than or equal to 1')] : []),
    ...(maxReplicas < 1 ? [invalid('spec.maxReplicas', maxReplicas, 'must be greater than 0')] : []),
    ...(maxReplicas < minReplicas
      ? [invalid('spec.maxReplicas', maxReplicas, 'must be greater than or equal to `minReplicas`')]
      : []),
    ...referenceErrors('spec.scaleTargetRef', scaleTargetRef, isScaled(previous)),
    ...each('spec.metrics', metrics, (metric, at) => metricErrors(at, metric)),
    ...(minReplicas === 0 && !metrics?.some(({ type }) => type === 'Object' || type === 'External')
      ? [
          forbidden(
            'spec.metrics',
            'must specify at least one Object or External metric to support scaling to zero replicas',
          ),
        ]
      : []),
    ...rulesErrors('spec.behavior.scaleUp', behavior?.scaleUp),
    ...rulesErrors('spec.behavior.scaleDown', behavior?.scaleDown),
  ]
}
