import { labelSelectorAsSelector } from '@periplus/api'
import type { Kind, KubernetesObject, Stored } from '@periplus/api'
import { mutatingPolicy, validatingPolicy } from '@periplus/cel'
import type { MutatingPolicy } from '@periplus/cel'
import {
  MutatingAdmissionPolicy,
  MutatingAdmissionPolicyBinding,
  ValidatingAdmissionPolicy,
  ValidatingAdmissionPolicyBinding,
} from '@periplus/kinds'
import type { MatchResources, ParamKind, ParamRef } from '@periplus/kinds'
import { groupedBy } from '@periplus/projection'
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

const criteriaOf = (match: MatchResources, isBinding: boolean): Criteria => ({
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

interface PolicySpec {
  readonly matchConstraints?: MatchResources
  readonly paramKind?: ParamKind
  readonly failurePolicy?: string
}

interface BindingSpec {
  readonly policyName?: string
  readonly matchResources?: MatchResources
  readonly paramRef?: ParamRef
  readonly validationActions?: readonly string[]
}

type StoredPolicy<S> = Stored<KubernetesObject & { readonly spec?: S }>
type StoredBinding = Stored<KubernetesObject & { readonly spec?: BindingSpec }>

/** A binding that stays as it was says the same, whatever becomes of others. */
const knownBindings = new WeakMap<StoredBinding, Binding>()

const bindingOf = (stored: StoredBinding): Binding => {
  const binding = knownBindings.get(stored) ?? read(stored)
  knownBindings.set(stored, binding)
  return binding
}

const read = ({ metadata, spec = {} }: StoredBinding): Binding => ({
  name: metadata.name,
  criteria: spec.matchResources && criteriaOf(spec.matchResources, true),
  paramRef: spec.paramRef,
  actions: spec.validationActions ?? [],
})

/** The policies of a moment that some binding puts to work, by their names; the same list until one of either changes. */
const bound = <S extends PolicySpec, A>(
  policyKind: Kind<KubernetesObject & { readonly spec?: S }>,
  bindingKind: Kind<KubernetesObject & { readonly spec?: BindingSpec }>,
  compile: (spec: Partial<S>) => A,
): ((cut: Pick<Cut, 'list'>) => readonly Policy<A>[]) => {
  const none: readonly Policy<A>[] = []
  /** A policy that stays as it was is compiled once, whatever becomes of others and of bindings. */
  const compiled = new WeakMap<StoredPolicy<S>, () => A>()
  const evaluateOf = (policy: StoredPolicy<S>): (() => A) => {
    const known = compiled.get(policy) ?? once(() => compile(policy.spec ?? {}))
    compiled.set(policy, known)
    return known
  }
  const ofPolicy = groupedBy(({ spec }: StoredBinding) => spec?.policyName ?? '')
  const policyOf = (policy: StoredPolicy<S>, bindings: readonly StoredBinding[]): Policy<A> => ({
    name: policy.metadata.name,
    criteria: criteriaOf(policy.spec?.matchConstraints ?? {}, false),
    paramKind: policy.spec?.paramKind,
    failsOpen: policy.spec?.failurePolicy === 'Ignore',
    evaluate: evaluateOf(policy),
    bindings: bindings.map(bindingOf),
  })
  const known = new WeakMap<readonly StoredPolicy<S>[], readonly [readonly StoredBinding[], readonly Policy<A>[]]>()
  return cut => {
    const policies: readonly StoredPolicy<S>[] = cut.list(policyKind)
    if (policies.length === 0) return none
    const bindings: readonly StoredBinding[] = cut.list(bindingKind)
    const [before, remembered] = known.get(policies) ?? []
    if (before === bindings && remembered) return remembered
    const grouped = ofPolicy(bindings)
    const found = policies.flatMap(policy => {
      const its = grouped.get(policy.metadata.name)
      return its ? [policyOf(policy, its)] : []
    })
    known.set(policies, [bindings, found])
    return found
  }
}

/** The validating policies that are at work. */
export const validatingPolicies = bound(ValidatingAdmissionPolicy, ValidatingAdmissionPolicyBinding, validatingPolicy)

/** A mutating policy, which may want to see what others change after it. */
export interface BoundMutation extends MutatingPolicy {
  readonly isReinvoked: boolean
}

/** The mutating policies that are at work. */
export const mutatingPolicies = bound(
  MutatingAdmissionPolicy,
  MutatingAdmissionPolicyBinding,
  (spec): BoundMutation => ({ ...mutatingPolicy(spec), isReinvoked: spec.reinvocationPolicy === 'IfNeeded' }),
)
