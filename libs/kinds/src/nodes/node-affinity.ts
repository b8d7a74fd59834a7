import { hasLabels, parseInt64 } from '@periplus/api'
import { own } from '@periplus/prelude'
import type { NodeSelectorRequirement, NodeSelectorTerm } from '../core/v1/node-selector.ts'
import type { Node } from '../core/v1/node/schema.ts'
import type { Pod } from '../core/v1/pod/schema.ts'

const meets = ({ operator, values = [] }: NodeSelectorRequirement, value: string | undefined): boolean => {
  switch (operator) {
    case 'In':
      return value !== undefined && values.includes(value)
    case 'NotIn':
      return value === undefined || !values.includes(value)
    case 'Exists':
      return value !== undefined
    case 'DoesNotExist':
      return value === undefined
    case 'Gt':
      return compares(value, values, (one, bound) => one > bound)
    case 'Lt':
      return compares(value, values, (one, bound) => one < bound)
    default:
      return false
  }
}

/** Both are decimal integers of 64 bits, or it does not hold: `1.5`, `0x10` and an empty label compare with nothing. */
const compares = (
  value: string | undefined,
  values: readonly string[],
  holds: (value: bigint, bound: bigint) => boolean,
): boolean => {
  const one = parseInt64(value ?? '')
  const bound = values.length === 1 ? parseInt64(values[0] ?? '') : undefined
  return one !== undefined && bound !== undefined && holds(one, bound)
}

/** The only field that nodes are selected by, with one name at a time. */
const meetsField = (requirement: NodeSelectorRequirement, node: Node): boolean =>
  requirement.values?.length === 1 &&
  (requirement.operator === 'In' || requirement.operator === 'NotIn') &&
  meets(requirement, requirement.key === 'metadata.name' ? node.metadata?.name : '')

/** All of a term's requirements (`component-helpers` `nodeaffinity`); a term without any matches nothing. */
export const matchesNodeSelectorTerm = (
  { matchExpressions = [], matchFields = [] }: NodeSelectorTerm,
  node: Node,
): boolean => {
  if (matchExpressions.length === 0 && matchFields.length === 0) return false
  const labels = node.metadata?.labels
  return (
    matchExpressions.every(one => meets(one, own(labels, one.key))) && matchFields.every(one => meetsField(one, node))
  )
}

/** The node is one of those that the pod may run on by its node selector and its required node affinity. */
export const matchesNodeAffinity = ({ spec }: Pod, node: Node): boolean => {
  const required = spec?.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution
  return (
    hasLabels(spec?.nodeSelector, node.metadata?.labels) &&
    (required === undefined || required.nodeSelectorTerms.some(term => matchesNodeSelectorTerm(term, node)))
  )
}
