import { fieldError, isQualifiedName } from '@periplus/api'
import type { FieldError } from '@periplus/api'
import { validatingPolicyErrors } from '@periplus/cel'
import { each, obeys, oneOf, unique } from '../../validation/values.ts'
import {
  conditionNameErrors,
  failurePolicyErrors,
  matchConstraintsErrors,
  paramKindErrors,
} from './policy-validation.ts'
import type { ValidatingAdmissionPolicy, Validation } from './validating-policy-types.ts'

const { child, invalid, required } = fieldError

const mostAnnotations = 20
const reasons = ['Forbidden', 'Invalid', 'RequestEntityTooLarge']
const atLeastOne = 'validations or auditAnnotations must contain at least one item'

const messageErrors = ({ message = '', reason }: Validation, at: string): readonly FieldError[] => [
  ...(message !== '' && message.trim() === ''
    ? [invalid(child(at, 'message'), message, 'must be non-empty if specified')]
    : /[\n\r]/.test(message.trim())
      ? [invalid(child(at, 'message'), message, 'must not contain line breaks')]
      : []),
  ...oneOf(child(at, 'reason'), reason, reasons),
]

/** What is wrong with a policy, its expressions included. */
export const policyErrors = ({ metadata, spec = {} }: ValidatingAdmissionPolicy): readonly FieldError[] => {
  const { validations = [], auditAnnotations = [], paramKind } = spec
  const isEmpty = validations.length === 0 && auditAnnotations.length === 0
  return [
    ...failurePolicyErrors(spec.failurePolicy, 'spec.failurePolicy'),
    ...(paramKind ? paramKindErrors(paramKind, 'spec.paramKind') : []),
    ...matchConstraintsErrors(spec.matchConstraints, 'spec.matchConstraints'),
    ...conditionNameErrors(spec.matchConditions, 'spec.matchConditions'),
    ...(isEmpty ? [required('spec.validations', atLeastOne), required('spec.auditAnnotations', atLeastOne)] : []),
    ...each('spec.validations', validations, messageErrors),
    ...(auditAnnotations.length > mostAnnotations
      ? [
          invalid(
            'spec.auditAnnotations',
            auditAnnotations,
            `must not have more than ${mostAnnotations} auditAnnotations`,
          ),
        ]
      : []),
    ...each('spec.auditAnnotations', auditAnnotations, ({ key }, at) =>
      obeys(child(at, 'key'), `${metadata?.name ?? ''}/${key}`, isQualifiedName),
    ),
    ...unique('spec.auditAnnotations', auditAnnotations, ({ key }) => key, 'key'),
    ...validatingPolicyErrors(spec, 'spec'),
  ]
}
