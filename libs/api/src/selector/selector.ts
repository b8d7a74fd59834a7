import { atOnce, sortedInSteps } from '@periplus/prelude'
import type { Steps } from '@periplus/prelude'
import { testInSteps } from './demand.ts'
import { compareText, requirementText } from './requirement.ts'
import type { Requirement } from './requirement.ts'

type Labels = Readonly<Record<string, string>>

/** A label selector, ready to run. All requirements must hold; none at all selects everything. */
export interface Selector {
  /** In the order of their keys. `undefined`: selects nothing, whatever the labels. */
  readonly requirements: readonly Requirement[] | undefined
  matches(labels: Labels | undefined): boolean
  /** As `labels.Selector.String()` prints it; parsing it again gives an equal selector. Empty for everything and nothing. */
  toString(): string
}

const none: Labels = Object.freeze({})
const byKey = (a: Requirement, b: Requirement): number => compareText(a.key, b.key)

/** The requirements are taken as valid: `parseSelector` and `labelSelectorAsSelector` check them. */
export const selectorOf = (requirements: readonly Requirement[]): Selector => atOnce(selectorInSteps(requirements))

/** The same in steps, of requirements that may be many. */
export function* selectorInSteps(requirements: readonly Requirement[]): Steps<Selector> {
  const sorted = yield* sortedInSteps(requirements, byKey)
  const test = yield* testInSteps(sorted)
  return {
    requirements: sorted,
    matches: (labels = none) => test(labels),
    toString: () => sorted.map(requirementText).join(','),
  }
}

/** Selects every object. */
export const everything: Selector = selectorOf([])

/** Selects no object: what an absent `LabelSelector` means. */
export const nothing: Selector = { requirements: undefined, matches: () => false, toString: () => '' }

/** Exactly these labels, as `spec.selector` of services and replication controllers has them. */
export const selectorFromLabels = (labels: Labels | undefined): Selector =>
  selectorOf(Object.entries(labels ?? {}).map(([key, value]) => ({ key, operator: '=', values: [value] })))
