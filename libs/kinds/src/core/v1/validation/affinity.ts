import { fieldError, isDns1123Label, isQualifiedName, labelSelectorErrors } from '@periplus/api'
import type { FieldError, FieldPath } from '@periplus/api'
import { each, obeys, presentAnd } from '../../../validation/values.ts'
import type { Affinity, NodeAffinity, PodAffinity, PodAffinityTerm } from '../affinity.ts'
import type { NodeSelector, NodeSelectorRequirement, NodeSelectorTerm } from '../node-selector.ts'

const { forbidden, invalid, required } = fieldError

const integer = /^[+-]?[0-9]+$/

const requirementErrors = (
  path: FieldPath,
  { key, operator, values = [] }: NodeSelectorRequirement,
): readonly FieldError[] => {
  const errors = isQualifiedName(key).map(complaint => invalid(`${path}.key`, key, complaint))
  switch (operator) {
    case 'In':
    case 'NotIn':
      return values.length > 0
        ? errors
        : [required(`${path}.values`, "must be specified when `operator` is 'In' or 'NotIn'"), ...errors]
    case 'Exists':
    case 'DoesNotExist':
      return values.length === 0
        ? errors
        : [forbidden(`${path}.values`, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"), ...errors]
    case 'Gt':
    case 'Lt':
      return values.length === 1 && integer.test(values[0] ?? '')
        ? errors
        : [required(`${path}.values`, "must be specified single value when `operator` is 'Lt' or 'Gt'"), ...errors]
    default:
      return [invalid(`${path}.operator`, operator, 'not a valid selector operator'), ...errors]
  }
}

const fieldErrors = (
  path: FieldPath,
  { key, operator, values = [] }: NodeSelectorRequirement,
): readonly FieldError[] => [
  ...(operator === 'In' || operator === 'NotIn'
    ? values.length === 1
      ? []
      : [
          required(
            `${path}.values`,
            "must be only one value when `operator` is 'In' or 'NotIn' for node field selector",
          ),
        ]
    : [invalid(`${path}.operator`, operator, 'not a valid selector operator')]),
  ...(key === 'metadata.name' ? [] : [invalid(`${path}.key`, key, 'not a valid field selector key')]),
]

const termErrors = (path: FieldPath, term: NodeSelectorTerm): readonly FieldError[] => [
  ...each(`${path}.matchExpressions`, term.matchExpressions, (one, at) => requirementErrors(at, one)),
  ...each(`${path}.matchFields`, term.matchFields, (one, at) => fieldErrors(at, one)),
]

export const nodeSelectorErrors = (path: FieldPath, { nodeSelectorTerms }: NodeSelector): readonly FieldError[] =>
  (nodeSelectorTerms ?? []).length === 0
    ? [required(`${path}.nodeSelectorTerms`, 'must have at least one node selector term')]
    : each(`${path}.nodeSelectorTerms`, nodeSelectorTerms, (term, at) => termErrors(at, term))

const nodeAffinityErrors = (path: FieldPath, affinity: NodeAffinity): readonly FieldError[] => {
  const must = affinity.requiredDuringSchedulingIgnoredDuringExecution
  return [
    ...(must ? nodeSelectorErrors(`${path}.requiredDuringSchedulingIgnoredDuringExecution`, must) : []),
    ...each(
      `${path}.preferredDuringSchedulingIgnoredDuringExecution`,
      affinity.preferredDuringSchedulingIgnoredDuringExecution,
      ({ weight, preference }, at) => [...weightErrors(at, weight), ...termErrors(`${at}.preference`, preference)],
    ),
  ]
}

const weightErrors = (path: FieldPath, weight: number): readonly FieldError[] =>
  weight < 1 || weight > 100 ? [invalid(`${path}.weight`, weight, 'must be in the range 1-100')] : []

const podTermErrors = (path: FieldPath, term: PodAffinityTerm): readonly FieldError[] => [
  ...labelSelectorErrors(term.labelSelector, `${path}.labelSelector`),
  ...labelSelectorErrors(term.namespaceSelector, `${path}.namespaceSelector`),
  ...each(`${path}.namespaces`, term.namespaces, name => obeys(`${path}.namespace`, name, isDns1123Label)),
  ...(term.topologyKey
    ? presentAnd(`${path}.topologyKey`, term.topologyKey, isQualifiedName)
    : [required(`${path}.topologyKey`, 'can not be empty')]),
]

const podAffinityErrors = (path: FieldPath, affinity: PodAffinity): readonly FieldError[] => [
  ...each(
    `${path}.requiredDuringSchedulingIgnoredDuringExecution`,
    affinity.requiredDuringSchedulingIgnoredDuringExecution,
    (term, at) => podTermErrors(at, term),
  ),
  ...each(
    `${path}.preferredDuringSchedulingIgnoredDuringExecution`,
    affinity.preferredDuringSchedulingIgnoredDuringExecution,
    ({ weight, podAffinityTerm }, at) => [
      ...weightErrors(at, weight),
      ...podTermErrors(`${at}.podAffinityTerm`, podAffinityTerm),
    ],
  ),
]

/** What is wrong with where a pod wants to be, and beside whom. */
export const affinityErrors = (path: FieldPath, affinity: Affinity | undefined): readonly FieldError[] => [
  ...(affinity?.nodeAffinity ? nodeAffinityErrors(`${path}.nodeAffinity`, affinity.nodeAffinity) : []),
  ...(affinity?.podAffinity ? podAffinityErrors(`${path}.podAffinity`, affinity.podAffinity) : []),
  ...(affinity?.podAntiAffinity ? podAffinityErrors(`${path}.podAntiAffinity`, affinity.podAntiAffinity) : []),
]
