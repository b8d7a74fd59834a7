import type { LabelSelectorLike } from '@periplus/api'
import { own } from '@periplus/prelude'
import type { PodAffinityTerm } from '../affinity.ts'
import type { PodSpec } from './spec.ts'

type Labels = Readonly<Record<string, string>>

interface Selecting {
  readonly labelSelector?: LabelSelectorLike
  readonly matchLabelKeys?: readonly string[]
  readonly mismatchLabelKeys?: readonly string[]
}

const requirements = (keys: readonly string[] | undefined, operator: 'In' | 'NotIn', labels: Labels) =>
  (keys ?? []).flatMap(key => {
    const value = own(labels, key)
    return value === undefined ? [] : [{ key, operator, values: [value] }]
  })

/** What the keys stand for becomes part of the selector, for as long as the pod lives. */
const merged = <A extends Selecting>(selecting: A, labels: Labels): A => {
  const { labelSelector: selector, matchLabelKeys, mismatchLabelKeys } = selecting
  const added = [...requirements(matchLabelKeys, 'In', labels), ...requirements(mismatchLabelKeys, 'NotIn', labels)]
  if (!selector || added.length === 0) return selecting
  const matchExpressions = [...(selector.matchExpressions ?? []), ...added]
  return { ...selecting, labelSelector: { ...selector, matchExpressions } }
}

type PodTerms = NonNullable<NonNullable<PodSpec['affinity']>['podAffinity']>

const mergedTerms = (terms: PodTerms, labels: Labels): PodTerms => {
  const mergedTerm = (term: PodAffinityTerm): PodAffinityTerm => merged(term, labels)
  const {
    requiredDuringSchedulingIgnoredDuringExecution: needed,
    preferredDuringSchedulingIgnoredDuringExecution: liked,
  } = terms
  return {
    ...(needed && { requiredDuringSchedulingIgnoredDuringExecution: needed.map(mergedTerm) }),
    ...(liked && {
      preferredDuringSchedulingIgnoredDuringExecution: liked.map(one => ({
        ...one,
        podAffinityTerm: mergedTerm(one.podAffinityTerm),
      })),
    }),
  }
}

/** A pod's spec, of which what selects pods by the pod's own labels says so in its selectors. */
export const withLabelKeys = (spec: PodSpec, labels: Labels): PodSpec => {
  const { affinity, topologySpreadConstraints: constraints } = spec
  return {
    ...spec,
    ...(constraints && { topologySpreadConstraints: constraints.map(constraint => merged(constraint, labels)) }),
    ...(affinity && {
      affinity: {
        ...affinity,
        ...(affinity.podAffinity && { podAffinity: mergedTerms(affinity.podAffinity, labels) }),
        ...(affinity.podAntiAffinity && { podAntiAffinity: mergedTerms(affinity.podAntiAffinity, labels) }),
      },
    }),
  }
}
