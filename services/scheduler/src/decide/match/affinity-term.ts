import { labelSelectorAsSelector, nothing, selects } from '@periplus/api'
import type { Selector, Stored } from '@periplus/api'
import { E, own } from '@periplus/prelude'
import { Namespace } from '@periplus/kinds'
import type { LabelSelector, Pod, PodAffinityTerm } from '@periplus/kinds'
import type { Cut } from '@periplus/projection'

/** A term of pod affinity as it applies for the pod that has it: which pods it means, and how near. */
export interface AffinityTerm {
  readonly topologyKey: string
  /** Equal for terms that mean the same pods of the same cut. */
  readonly id: string
  /** What of a cut it depends on whom the term means; `undefined`: nothing. */
  readonly basis: readonly unknown[] | undefined
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

/** What selectors that mean the same have in common. One for nothing prints as one for everything does. */
export const selectorId = (selector: Selector): string =>
  selector.requirements === undefined ? 'nothing' : `(${selector.toString()})`

/** All of a term that depends on no cut. */
export interface ReadTerm {
  readonly topologyKey: string
  readonly id: string
  readonly namespaces: readonly string[]
  readonly namespaceSelector: LabelSelector | undefined
  readonly selector: Selector
}

/** Of each pod that runs the terms are asked about at many placements. */
const known = new WeakMap<Stored<Pod>, Map<PodAffinityTerm, ReadTerm>>()

export const readTerm = (pod: Stored<Pod>, term: PodAffinityTerm): ReadTerm => {
  let ofPod = known.get(pod)
  if (!ofPod) known.set(pod, (ofPod = new Map<PodAffinityTerm, ReadTerm>()))
  const remembered = ofPod.get(term)
  if (remembered) return remembered
  const compiled = labelSelectorAsSelector(
    withOwnLabels(term.labelSelector, pod, term.matchLabelKeys, term.mismatchLabelKeys),
  )
  const selector = E.isRight(compiled) ? compiled.right : nothing
  const { topologyKey, namespaces: named = [], namespaceSelector } = term
  const isOwn = named.length === 0 && namespaceSelector === undefined
  const namespaces = isOwn ? [pod.metadata.namespace ?? ''] : named
  const id = JSON.stringify([namespaces, namespaceSelector ?? null, selectorId(selector)])
  const made: ReadTerm = { topologyKey, id, namespaces, namespaceSelector, selector }
  ofPod.set(term, made)
  return made
}

/** Whom a term means in a cut. */
export const termAt = (
  cut: Cut,
  { topologyKey, id, namespaces, namespaceSelector, selector }: ReadTerm,
): AffinityTerm => {
  const inNamespace = (namespace: string): boolean =>
    namespaces.includes(namespace) ||
    (namespaceSelector !== undefined && selects(namespaceSelector, cut.get(Namespace, '', namespace)?.metadata.labels))
  return {
    topologyKey,
    id,
    basis: namespaceSelector && cut.list(Namespace),
    means: other => inNamespace(other.metadata.namespace ?? '') && selector.matches(other.metadata.labels ?? {}),
  }
}

export const affinityTermOf = (cut: Cut, pod: Stored<Pod>, term: PodAffinityTerm): AffinityTerm =>
  termAt(cut, readTerm(pod, term))
