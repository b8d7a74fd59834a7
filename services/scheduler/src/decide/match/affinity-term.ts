import { labelSelectorAsSelector, selects } from '@periplus/api'
import type { Stored } from '@periplus/api'
import { E, own } from '@periplus/prelude'
import { Namespace } from '@periplus/kinds'
import type { LabelSelector, Pod, PodAffinityTerm } from '@periplus/kinds'
import type { Cut } from '@periplus/projection'

/** A term of pod affinity as it applies for the pod that has it: which pods it means, and how near. */
export interface AffinityTerm {
  readonly topologyKey: string
  readonly means: (pod: Stored<Pod>) => boolean
}

/** A selector that also asks for the pod's own values of some labels; labels that the pod hasn't got are left out. */
export const withOwnLabels = (
  selector: LabelSelector | undefined,
  pod: Pod,
  keys: readonly string[] = [],
  otherKeys: readonly string[] = [],
): LabelSelector | undefined => {
  if (!selector) return undefined
  const labels = pod.metadata?.labels ?? {}
  const carried = (key: string, operator: string) => {
    const value = own(labels, key)
    return value === undefined ? [] : [{ key, operator, values: [value] }]
  }
  const more = [...keys.flatMap(key => carried(key, 'In')), ...otherKeys.flatMap(key => carried(key, 'NotIn'))]
  return more.length === 0
    ? selector
    : { ...selector, matchExpressions: [...(selector.matchExpressions ?? []), ...more] }
}

export const affinityTermOf = (cut: Cut, pod: Stored<Pod>, term: PodAffinityTerm): AffinityTerm => {
  const { namespaces = [], namespaceSelector } = term
  const own = namespaces.length === 0 && namespaceSelector === undefined ? [pod.metadata.namespace ?? ''] : namespaces
  const inNamespace = (namespace: string): boolean =>
    own.includes(namespace) ||
    (namespaceSelector !== undefined && selects(namespaceSelector, cut.get(Namespace, '', namespace)?.metadata.labels))
  const compiled = labelSelectorAsSelector(
    withOwnLabels(term.labelSelector, pod, term.matchLabelKeys, term.mismatchLabelKeys),
  )
  const matches = E.isRight(compiled) ? compiled.right.matches : () => false
  return {
    topologyKey: term.topologyKey,
    means: other => inNamespace(other.metadata.namespace ?? '') && matches(other.metadata.labels ?? {}),
  }
}
