import type { KubernetesObject, Stored } from '@periplus/api'
import type { ClusterRole, PolicyRule, Role, RoleRef } from '@periplus/kinds'
import type { Cut } from '@periplus/projection'
import { aggregationAmong } from './aggregated-roles.ts'
import type { Aggregation } from './aggregated-roles.ts'

export const rbacGroup = 'rbac.authorization.k8s.io'

/** What a role grants. */
export type Effective =
  | { readonly tag: 'Rules'; readonly rules: readonly PolicyRule[] }
  | { readonly tag: 'Missing' }
  /** It aggregates by more than is looked at, so it grants nothing. */
  | { readonly tag: 'TooMuch' }

/** What roles grant at one state of the cluster; aggregated cluster roles grant what those they select grant. */
export interface EffectiveRules {
  /** `namespace` is the binding's. */
  of(ref: RoleRef, namespace: string): Effective
}

const missing: Effective = { tag: 'Missing' }

export const effectiveRules = (cut: Pick<Cut, 'entry' | 'entries'>): EffectiveRules => {
  const answers = new Map<string, Effective>()
  let aggregation: Aggregation | undefined

  const found = <A extends KubernetesObject>(
    resource: string,
    namespace: string,
    name: string,
  ): Stored<A> | undefined => cut.entry({ group: rbacGroup, resource, namespace, name })?.object() as Stored<A>
  const all = (): readonly Stored<ClusterRole>[] =>
    cut.entries(rbacGroup, 'clusterroles').map(entry => entry.object() as Stored<ClusterRole>)

  const aggregated = (role: Stored<ClusterRole>): Effective => {
    if (!role.aggregationRule) return { tag: 'Rules', rules: role.rules ?? [] }
    aggregation ??= aggregationAmong(all())
    const reached = aggregation(role)
    if (!reached) return { tag: 'TooMuch' }
    // What an aggregating role says itself is what somebody last wrote there; what it selects is what it means.
    return {
      tag: 'Rules',
      rules: reached.filter(one => !one.aggregationRule).flatMap(({ rules = [] }) => rules),
    }
  }
  const ofClusterRole = (name: string): Effective => {
    const known = answers.get(name)
    if (known) return known
    const role = found<ClusterRole>('clusterroles', '', name)
    if (!role) return missing
    const rules = aggregated(role)
    answers.set(name, rules)
    return rules
  }

  return {
    of: ({ kind, name }, namespace) => {
      if (kind === 'ClusterRole') return ofClusterRole(name)
      const role = found<Role>('roles', namespace, name)
      return role ? { tag: 'Rules', rules: role.rules ?? [] } : missing
    },
  }
}
