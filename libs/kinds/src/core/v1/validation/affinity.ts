import {
  fieldError,
  isDns1123Label,
  isDns1123Subdomain,
  isLabelValue,
  isQualifiedName,
  labelSelectorErrors,
} from '@periplus/api'
import type { FieldError, FieldPath } from '@periplus/api'
import { each } from '../../../validation/values.ts'
import type { Affinity, NodeAffinity, PodAffinity, PodAffinityTerm } from '../affinity.ts'
import type { NodeSelector, NodeSelectorRequirement, NodeSelectorTerm } from '../node-selector.ts'
import { labelKeyErrors } from './label-keys.ts'

const { forbidden, invalid, required } = fieldError

const operatorErrors = (path: FieldPath, { operator, values = [] }: NodeSelectorRequirement): readonly FieldError[] => {
  const at = `${path}.values`
  switch (operator) {
    case 'In':
    case 'NotIn':
      return values.length > 0 ? [] : [required(at, "must be specified when `operator` is 'In' or 'NotIn'")]
    case 'Exists':
    case 'DoesNotExist':
      return values.length === 0
        ? []
        : [forbidden(at, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'")]
    case 'Gt':
    case 'Lt':
      return values.length === 1 ? [] : [required(at, "must be specified single value when `operator` is 'Lt' or 'Gt'")]
    default:
      return [invalid(`${path}.operator`, operator, 'not a valid selector operator')]
  }
}

const requirementErrors = (path: FieldPath, requirement: NodeSelectorRequirement, strict: boolean) => [
  ...operatorErrors(path, requirement),
  ...isQualifiedName(requirement.key).map(complaint => invalid(`${path}.key`, requirement.key, complaint)),
  ...(strict
    ? each(`${path}.values`, requirement.values, (value, at) =>
        isLabelValue(value).map(complaint => invalid(at, value, complaint)),
      )
    : []),
]

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
  ...(key === 'metadata.name'
    ? each(`${path}.values`, values, (value, at) =>
        isDns1123Subdomain(value).map(complaint => invalid(at, value, complaint)),
      )
    : [invalid(`${path}.key`, key, 'not a valid field selector key')]),
]

/** `strict`: what a node must have is held to the rules of labels; what is only preferred is not. */
const termErrors = (path: FieldPath, term: NodeSelectorTerm, strict: boolean): readonly FieldError[] => [
  ...each(`${path}.matchExpressions`, term.matchExpressions, (one, at) => requirementErrors(at, one, strict)),
  ...each(`${path}.matchFields`, term.matchFields, (one, at) => fieldErrors(at, one)),
]

export const nodeSelectorErrors = (path: FieldPath, { nodeSelectorTerms }: NodeSelector): readonly FieldError[] =>
  (nodeSelectorTerms ?? []).length === 0
    ? [required(`${path}.nodeSelectorTerms`, 'must have at least one node selector term')]
    : each(`${path}.nodeSelectorTerms`, nodeSelectorTerms, (term, at) => termErrors(at, term, true))

const nodeAffinityErrors = (path: FieldPath, affinity: NodeAffinity): readonly FieldError[] => {
  const must = affinity.requiredDuringSchedulingIgnoredDuringExecution
  return [
    ...(must ? nodeSelectorErrors(`${path}.requiredDuringSchedulingIgnoredDuringExecution`, must) : []),
    ...each(
      `${path}.preferredDuringSchedulingIgnoredDuringExecution`,
      affinity.preferredDuringSchedulingIgnoredDuringExecution,
      ({ weight, preference }, at) => [
        ...weightErrors(at, weight),
        ...termErrors(`${at}.preference`, preference, false),
      ],
    ),
  ]
}

const weightErrors = (path: FieldPath, weight: number): readonly FieldError[] =>
  weight < 1 || weight > 100 ? [invalid(`${path}.weight`, weight, 'must be in the range 1-100')] : []

const podTermErrors = (path: FieldPath, term: PodAffinityTerm): readonly FieldError[] => [
  ...labelSelectorErrors(term.labelSelector, `${path}.labelSelector`),
  ...labelSelectorErrors(term.namespaceSelector, `${path}.namespaceSelector`),
  ...(term.namespaces ?? []).flatMap(name =>
    isDns1123Label(name).map(complaint => invalid(`${path}.namespace`, name, complaint)),
  ),
  ...labelKeyErrors(path, term),
  ...(term.topologyKey ? [] : [required(`${path}.topologyKey`, 'can not be empty')]),
  ...isQualifiedName(term.topologyKey).map(complaint => invalid(`${path}.topologyKey`, term.topologyKey, complaint)),
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
