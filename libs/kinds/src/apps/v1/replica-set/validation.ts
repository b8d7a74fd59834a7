import { fieldError } from '@periplus/api'
import type { FieldError } from '@periplus/api'
import {
  alwaysRestartedErrors,
  podTemplateErrors,
  selectedTemplateErrors,
} from '../../../core/v1/validation/pod-template.ts'
import { isEmptySelector } from '../../../validation/empty-selector.ts'
import { whereReadable, workloadSelectorErrors } from '../../../validation/workload-selector.ts'
import { replicaCountErrors } from '../../../validation/replica-counts.ts'
import { immutable, nonNegative } from '../../../validation/values.ts'
import type { ReplicaSet } from './schema.ts'

const { required } = fieldError

/** What is wrong with a ReplicaSet. */
export const replicaSetErrors = ({ spec }: ReplicaSet): readonly FieldError[] => {
  if (!spec) return [required('spec.selector'), required('spec.template')]
  const { selector, template = {} } = spec
  return [
    ...nonNegative('spec.replicas', spec.replicas),
    ...nonNegative('spec.minReadySeconds', spec.minReadySeconds),
    ...workloadSelectorErrors(selector, 'deployment'),
    ...whereReadable(selector, 'invalid label selector', () => [
      ...(isEmptySelector(selector) && selector ? [] : selectedTemplateErrors('spec.template', template, selector)),
      ...podTemplateErrors('spec.template', template),
      ...alwaysRestartedErrors('spec.template', template, 'ReplicaSet'),
    ]),
  ]
}

/** A ReplicaSet keeps its selector: pods found by another would be lost. */
export const replicaSetUpdateErrors = (next: ReplicaSet, previous: ReplicaSet): readonly FieldError[] =>
  immutable('spec.selector', next.spec?.selector, previous.spec?.selector)

export const replicaSetStatusErrors = ({ status }: ReplicaSet): readonly FieldError[] => [
  ...replicaCountErrors(status, ['fullyLabeledReplicas', 'readyReplicas', 'availableReplicas']),
  ...nonNegative('status.terminatingReplicas', status?.terminatingReplicas),
]
