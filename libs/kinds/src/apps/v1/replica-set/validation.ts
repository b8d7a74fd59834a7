import { fieldError } from '@periplus/api'
import type { FieldError } from '@periplus/api'
import type { Steps } from '@periplus/prelude'
import { replicaCountErrors } from '../../../validation/replica-counts.ts'
import { immutable, nonNegative } from '../../../validation/values.ts'
import { replicaSetTemplateErrors } from './selected-template.ts'
import type { ReplicaSet } from './schema.ts'

const { required } = fieldError

/** What is wrong with a ReplicaSet. */
export function* replicaSetErrors({ spec }: ReplicaSet): Steps<readonly FieldError[]> {
  if (!spec) return [required('spec.selector'), required('spec.template')]
  const { selector, template = {} } = spec
  return [
    ...nonNegative('spec.replicas', spec.replicas),
    ...nonNegative('spec.minReadySeconds', spec.minReadySeconds),
    ...(yield* replicaSetTemplateErrors(selector, template)),
  ]
}

/** A ReplicaSet keeps its selector: pods found by another would be lost. */
export const replicaSetUpdateErrors = (next: ReplicaSet, previous: ReplicaSet): readonly FieldError[] =>
  immutable('spec.selector', next.spec?.selector, previous.spec?.selector)

export const replicaSetStatusErrors = ({ status }: ReplicaSet): readonly FieldError[] => [
  ...replicaCountErrors(status, ['fullyLabeledReplicas', 'readyReplicas', 'availableReplicas']),
  ...nonNegative('status.terminatingReplicas', status?.terminatingReplicas),
]
