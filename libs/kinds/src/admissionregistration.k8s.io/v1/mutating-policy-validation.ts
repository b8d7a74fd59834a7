import { fieldError } from '@periplus/api'
import type { FieldError, FieldPath } from '@periplus/api'
import { mutatingPolicyErrors } from '@periplus/cel'
import { each, requiredOneOf } from '../../validation/values.ts'
import type { MatchResources } from './match.ts'
import type { MutatingAdmissionPolicy, MutatingAdmissionPolicyBinding } from './mutating-policy-types.ts'
import {
  bindingErrors,
  conditionNameErrors,
  failurePolicyErrors,
  matchConstraintsErrors,
  paramKindErrors,
} from './policy-validation.ts'

const { child, invalid, notSupported, required } = fieldError

type Mutation = NonNullable<NonNullable<MutatingAdmissionPolicy['spec']>['mutations']>[number]

/** There is nothing to change in what is deleted. */
const operations = ['*', 'CONNECT', 'CREATE', 'UPDATE']

const operationErrors = (match: MatchResources | undefined, at: FieldPath): readonly FieldError[] =>
  (match?.resourceRules ?? []).flatMap(rule =>
    (rule.operations ?? [])
      .filter(operation => !operations.includes(operation))
      .map(operation => notSupported(child(child(at, 'resourceRules'), 'operations'), operation, operations)),
  )

const parts = { ApplyConfiguration: 'applyConfiguration', JSONPatch: 'jsonPatch' } as const
const patchTypes = ['ApplyConfiguration', 'JSONPatch'] as const

/** A mutation has just the patch that it says it has. */
const mutationErrors = (mutation: Mutation, at: FieldPath): readonly FieldError[] => {
  const wrongType = requiredOneOf(child(at, 'patchType'), mutation.patchType, patchTypes)
  if (wrongType.length > 0) return wrongType
  return patchTypes.flatMap(type => {
    const part = parts[type]
    const path = child(at, part)
    if (type === mutation.patchType)
      return mutation[part] ? [] : [required(path, `must be specified when patchType is ${type}`)]
    return mutation[part]
      ? [invalid(path, `{${part}}`, `must not be specified when patchType is ${mutation.patchType}`)]
      : []
  })
}

/** What is wrong with a mutating policy, its expressions included. */
export const mutatingErrors = ({ spec = {} }: MutatingAdmissionPolicy): readonly FieldError[] => {
  const { mutations = [], paramKind } = spec
  return [
    ...(spec.failurePolicy
      ? failurePolicyErrors(spec.failurePolicy, 'spec.failurePolicy')
      : [required('spec.failurePolicy')]),
    ...(paramKind ? paramKindErrors(paramKind, 'spec.paramKind') : []),
    ...matchConstraintsErrors(spec.matchConstraints, 'spec.matchConstraints'),
    ...operationErrors(spec.matchConstraints, 'spec.matchConstraints'),
    ...conditionNameErrors(spec.matchConditions, 'spec.matchConditions'),
    ...(mutations.length === 0 ? [required('spec.mutations', 'mutations must contain at least one item')] : []),
    ...each('spec.mutations', mutations, mutationErrors),
    ...requiredOneOf('spec.reinvocationPolicy', spec.reinvocationPolicy, ['IfNeeded', 'Never']),
    ...mutatingPolicyErrors(spec, 'spec'),
  ]
}

/** What is wrong with a binding of a mutating policy. */
export const mutatingBindingErrors = ({ spec = {} }: MutatingAdmissionPolicyBinding): readonly FieldError[] => [
  ...bindingErrors(spec),
  ...operationErrors(spec.matchResources, 'spec.matchResources'),
]

/** Connections are asked for by rules that name them, and no policy changes one here. */
export const mutatingWarnings = ({ spec }: MutatingAdmissionPolicy): readonly string[] =>
  (spec?.matchConstraints?.resourceRules ?? []).some(({ operations: named = [] }) => named.includes('CONNECT'))
    ? ['spec.matchConstraints.resourceRules: connections are not changed by policies here: CONNECT has no effect']
    : []
