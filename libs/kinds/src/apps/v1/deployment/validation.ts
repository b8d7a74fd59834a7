import { fieldError } from '@periplus/api'
import type { FieldError } from '@periplus/api'
import type { Steps } from '@periplus/prelude'
import { atMost100Percent, percentOf, positiveIntOrPercent } from '../../../validation/int-or-percent.ts'
import { immutable, nonNegative } from '../../../validation/values.ts'
import { replicaSetTemplateErrors } from '../replica-set/selected-template.ts'
import type { Deployment, DeploymentStrategy, RollingUpdateDeployment } from './schema.ts'

const { forbidden, invalid, notSupported, required } = fieldError

const rollingErrors = (path: string, rolling: RollingUpdateDeployment): readonly FieldError[] => {
  const { maxUnavailable, maxSurge } = rolling
  return [
    ...positiveIntOrPercent(`${path}.maxUnavailable`, maxUnavailable),
    ...positiveIntOrPercent(`${path}.maxSurge`, maxSurge),
    ...(percentOf(maxUnavailable) === 0 && percentOf(maxSurge) === 0
      ? [invalid(`${path}.maxUnavailable`, maxUnavailable, 'may not be 0 when `maxSurge` is 0')]
      : []),
    ...atMost100Percent(`${path}.maxUnavailable`, maxUnavailable),
  ]
}

const strategyErrors = (path: string, { type, rollingUpdate }: DeploymentStrategy): readonly FieldError[] => {
  if (type === 'Recreate')
    return rollingUpdate
      ? [forbidden(`${path}.rollingUpdate`, "may not be specified when strategy `type` is 'Recreate'")]
      : []
  if (type !== 'RollingUpdate')
    return [
      notSupported(path, { Type: type ?? '', RollingUpdate: rollingUpdate ?? null }, ['Recreate', 'RollingUpdate']),
    ]
  return rollingUpdate
    ? rollingErrors(`${path}.rollingUpdate`, rollingUpdate)
    : [required(`${path}.rollingUpdate`, 'this should be defaulted and never be nil')]
}

/** What is wrong with a deployment. */
export function* deploymentErrors({ spec }: Deployment): Steps<readonly FieldError[]> {
  if (!spec) return [required('spec.selector'), required('spec.template.spec.containers')]
  const { selector, template, progressDeadlineSeconds, minReadySeconds = 0 } = spec
  return [
    ...nonNegative('spec.replicas', spec.replicas),
    ...(yield* replicaSetTemplateErrors(selector, template)),
    ...strategyErrors('spec.strategy', spec.strategy ?? {}),
    ...nonNegative('spec.minReadySeconds', minReadySeconds),
    ...nonNegative('spec.revisionHistoryLimit', spec.revisionHistoryLimit),
    ...nonNegative('spec.progressDeadlineSeconds', progressDeadlineSeconds),
    ...(progressDeadlineSeconds !== undefined && progressDeadlineSeconds <= minReadySeconds
      ? [invalid('spec.progressDeadlineSeconds', progressDeadlineSeconds, 'must be greater than minReadySeconds')]
      : []),
  ]
}

/** A deployment keeps its selector: ReplicaSets found by another would be lost. */
export const deploymentUpdateErrors = (next: Deployment, previous: Deployment): readonly FieldError[] =>
  immutable('spec.selector', next.spec?.selector, previous.spec?.selector)
