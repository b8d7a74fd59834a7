import type { Node, NodeSelectorRequirement, NodeSelectorTerm, Pod } from '@periplus/kinds'
import { hasLabels } from '@periplus/controller'

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
    case 'Lt':
      return comparesAs(operator, value, values[0])
    default:
      return false
  }
}

const integer = /^[+-]?[0-9]+$/

const comparesAs = (operator: 'Gt' | 'Lt', value: string | undefined, bound: string | undefined): boolean => {
  if (value === undefined || bound === undefined || !integer.test(value) || !integer.test(bound)) return false
  return operator === 'Gt' ? BigInt(value) > BigInt(bound) : BigInt(value) < BigInt(bound)
}

/** All of a term's requirements; a term without any matches nothing. */
export const matchesTerm = ({ matchExpressions = [], matchFields = [] }: NodeSelectorTerm, node: Node): boolean => {
  if (matchExpressions.length === 0 && matchFields.length === 0) return false
  return (
    matchExpressions.every(one => meets(one, node.metadata?.labels?.[one.key])) &&
    matchFields.every(one => meets(one, one.key === 'metadata.name' ? node.metadata?.name : undefined))
  )
}

/** The node is one of those that the pod may run on by its selector and by its required affinity. */
export const isWantedNode = ({ spec }: Pod, node: Node): boolean => {
  const required = spec?.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution
  return (
    hasLabels(spec?.nodeSelector, node.metadata?.labels) &&
    (required === undefined || required.nodeSelectorTerms.some(term => matchesTerm(term, node)))
  )
}
