import { own } from '@periplus/prelude'
import type { Node, NodeSelectorRequirement, NodeSelectorTerm, Pod } from '@periplus/kinds'

/** Whether a node is one that the pod may run on, by its node selector and its required node affinity. */
export const matchesNode = (pod: Pod, node: Node): boolean => {
  const labels = node.metadata?.labels ?? {}
  if (Object.entries(pod.spec?.nodeSelector ?? {}).some(([key, value]) => own(labels, key) !== value)) return false
  const required = pod.spec?.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution
  return !required || required.nodeSelectorTerms.some(term => matchesTerm(term, labels, node.metadata?.name ?? ''))
}

/** A term without any requirement matches nothing. */
const matchesTerm = (
  { matchExpressions = [], matchFields = [] }: NodeSelectorTerm,
  labels: Readonly<Record<string, string>>,
  name: string,
): boolean =>
  matchExpressions.length + matchFields.length > 0 &&
  matchExpressions.every(requirement => meets(requirement, own(labels, requirement.key))) &&
  matchFields.every(requirement => meets(requirement, requirement.key === 'metadata.name' ? name : undefined))

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
      return value !== undefined && Number(value) > Number(values[0])
    case 'Lt':
      return value !== undefined && Number(value) < Number(values[0])
    default:
      return false
  }
}
