import { labelSelectorAsSelector } from '@periplus/api'
import type { Stored } from '@periplus/api'
import { validatingPolicy } from '@periplus/cel'
import type { ValidatingPolicy } from '@periplus/cel'
import { ValidatingAdmissionPolicy, ValidatingAdmissionPolicyBinding } from '@periplus/kinds'
import type { MatchResources, ParamKind, ParamRef } from '@periplus/kinds'
import type { Cut } from '@periplus/projection'
import type { Criteria } from '../admission/criteria.ts'

/** A policy with the bindings that put it to work. */
export interface Policy<A> {
  readonly name: string
  readonly criteria: Criteria
  readonly paramKind: ParamKind | undefined
  readonly failsOpen: boolean
  /** Compiled when a write first meets it. */
  readonly evaluate: () => A
  readonly bindings: readonly Binding[]
}

export interface Binding {
  readonly name: string
  /** Absent: everything that the policy asks for. */
  readonly criteria: Criteria | undefined
  readonly paramRef: ParamRef | undefined
  readonly actions: readonly string[]
}

export const criteriaOf = (match: MatchResources, isBinding: boolean): Criteria => ({
  rules: match.resourceRules ?? [],
  isForAll: isBinding,
  excluded: match.excludeResourceRules ?? [],
  matchPolicy: match.matchPolicy,
  namespaces: labelSelectorAsSelector(match.namespaceSelector ?? {}),
  objects: labelSelectorAsSelector(match.objectSelector ?? {}),
})

const once = <A>(make: () => A): (() => A) => {
  let made: { readonly value: A } | undefined
  return () => (made ??= { value: make() }).value
}

type StoredPolicy = Stored<ValidatingAdmissionPolicy>
type StoredBinding = Stored<ValidatingAdmissionPolicyBinding>

/** A policy that stays as it was is compiled once, whatever becomes of others and of bindings. */
const compiled = new WeakMap<StoredPolicy, () => ValidatingPolicy>()

const evaluateOf = (policy: StoredPolicy): (() => ValidatingPolicy) => {
  const known = compiled.get(policy) ?? once(() => validatingPolicy(policy.spec ?? {}))
  compiled.set(policy, known)
  return known
}

const bindingOf = ({ metadata, spec }: StoredBinding): Binding => ({
  name: metadata.name,
  criteria: spec.matchResources && criteriaOf(spec.matchResources, true),
  paramRef: spec.paramRef,
  actions: spec.validationActions,
})

const policyOf = (policy: StoredPolicy, bindings: readonly StoredBinding[]): Policy<ValidatingPolicy> => ({
  name: policy.metadata.name,
  criteria: criteriaOf(policy.spec?.matchConstraints ?? {}, false),
  paramKind: policy.spec?.paramKind,
  failsOpen: policy.spec?.failurePolicy === 'Ignore',
  evaluate: evaluateOf(policy),
  bindings: bindings.filter(({ spec }) => spec.policyName === policy.metadata.name).map(bindingOf),
})

const none: readonly Policy<ValidatingPolicy>[] = []
const known = new WeakMap<
  readonly StoredPolicy[],
  readonly [readonly StoredBinding[], readonly Policy<ValidatingPolicy>[]]
>()

/** The policies of a moment that some binding puts to work, by their names. */
export const validatingPolicies = (cut: Pick<Cut, 'list'>): readonly Policy<ValidatingPolicy>[] => {
  const policies = cut.list(ValidatingAdmissionPolicy)
  if (policies.length === 0) return none
  const bindings = cut.list(ValidatingAdmissionPolicyBinding)
  const [before, remembered] = known.get(policies) ?? []
  if (before === bindings && remembered) return remembered
  const bound = policies.map(policy => policyOf(policy, bindings)).filter(policy => policy.bindings.length > 0)
  known.set(policies, [bindings, bound])
  return bound
}
