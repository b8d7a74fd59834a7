import { deepEqual, fieldError } from '@periplus/api'
import type { FieldError } from '@periplus/api'
import type { NodeAffinity } from '../affinity.ts'
import type { NodeSelectorRequirement, NodeSelectorTerm } from '../node-selector.ts'
import type { PodSpec } from './spec.ts'

const { index, invalid } = fieldError

/** A pod that waits at a gate has not been placed yet: where it may go can still be narrowed. */
export const isGated = ({ schedulingGates }: PodSpec): boolean => (schedulingGates?.length ?? 0) > 0

/** What a change of where a gated pod may go is refused for: it may ask for more, and take nothing back. */
export const narrowingErrors = (after: PodSpec, before: PodSpec): readonly FieldError[] => [
  ...selectorErrors(after, before),
  ...affinityErrors(after.affinity?.nodeAffinity, before.affinity?.nodeAffinity),
]

const selectorErrors = ({ nodeSelector: next }: PodSpec, { nodeSelector: previous }: PodSpec): readonly FieldError[] =>
  Object.entries(previous ?? {}).every(([key, value]) => next?.[key] === value)
    ? []
    : [
        invalid(
          'spec.nodeSelector',
          next ?? null,
          'only additions to spec.nodeSelector are allowed (no mutations or deletions)',
        ),
      ]

const termsOf = (affinity: NodeAffinity | undefined): readonly NodeSelectorTerm[] =>
  affinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? []

const affinityErrors = (next: NodeAffinity | undefined, previous: NodeAffinity | undefined): readonly FieldError[] => {
  const [after, before] = [termsOf(next), termsOf(previous)]
  const field = 'spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms'
  if (before.length === 0) return []
  // A node that fits any of the terms will do: another term would widen what was asked for.
  if (after.length !== before.length)
    return [
      invalid(
        field,
        after.length === 0 ? null : after.map(goTerm),
        'no additions/deletions to non-empty NodeSelectorTerms list are allowed',
      ),
    ]
  return after.flatMap((term, i) =>
    isNarrowed(term, before[i] ?? {})
      ? []
      : [invalid(index(field, i), goTerm(term), 'only additions are allowed (no mutations or deletions)')],
  )
}

/** A term that says nothing fits no node: whatever it came to say would widen it. */
const isNarrowed = (next: NodeSelectorTerm, previous: NodeSelectorTerm): boolean => {
  const isEmpty = ({ matchExpressions = [], matchFields = [] }: NodeSelectorTerm): boolean =>
    matchExpressions.length === 0 && matchFields.length === 0
  if (isEmpty(previous)) return isEmpty(next)
  return (
    beginsWith(next.matchExpressions, previous.matchExpressions) && beginsWith(next.matchFields, previous.matchFields)
  )
}

type Requirements = readonly NodeSelectorRequirement[]

const beginsWith = (next: Requirements = [], previous: Requirements = []): boolean =>
  deepEqual(next.slice(0, previous.length), previous)

/** As Go shows a value of its internal type. */
const goTerm = ({ matchExpressions, matchFields }: NodeSelectorTerm): object => {
  const shown = (all: Requirements | undefined): readonly object[] | null =>
    all?.map(({ key, operator, values }) => ({ Key: key, Operator: operator, Values: values ?? null })) ?? null
  return { MatchExpressions: shown(matchExpressions), MatchFields: shown(matchFields) }
}

/**
 * Where a gated pod may go, as it was before, as far as that may change: not by affinity to other pods, whose selectors may have
 * been completed as it was created.
 */
export const withPlacementOf = (before: PodSpec, { affinity }: PodSpec): Pick<PodSpec, 'nodeSelector' | 'affinity'> => {
  const nodeAffinity = before.affinity?.nodeAffinity
  const { nodeAffinity: next, ...others } = affinity ?? {}
  const placed = (of: PodSpec['affinity']) => ({ nodeSelector: before.nodeSelector, affinity: of })
  if (deepEqual(next, nodeAffinity)) return placed(affinity)
  if (!affinity) return placed({ nodeAffinity })
  const isNew = !before.affinity && !others.podAffinity && !others.podAntiAffinity
  return placed(isNew ? undefined : { ...others, nodeAffinity })
}
