import { selects } from '@periplus/api'
import type { KubernetesObject, Stored } from '@periplus/api'
import type { ClusterRole, PolicyRule, Role, RoleRef } from '@periplus/kinds'
import type { Cut } from '@periplus/projection'

export const rbacGroup = 'rbac.authorization.k8s.io'

const objects = <A extends KubernetesObject>(cut: Pick<Cut, 'entries'>, resource: string): readonly Stored<A>[] =>
  cut.entries(rbacGroup, resource).map(entry => entry.object() as Stored<A>)

/** What roles grant at one state of the cluster; aggregated cluster roles grant what those they select grant. */
export interface EffectiveRules {
  /** `undefined` where the role isn't there. `namespace` is the binding's. */
  of(ref: RoleRef, namespace: string): readonly PolicyRule[] | undefined
}

export const effectiveRules = (cut: Pick<Cut, 'entry' | 'entries'>): EffectiveRules => {
  const clusterRoles = new Map(objects<ClusterRole>(cut, 'clusterroles').map(role => [role.metadata.name, role]))
  const answers = new Map<string, readonly PolicyRule[]>()

  const selectedBy = (role: Stored<ClusterRole>): readonly Stored<ClusterRole>[] => {
    const selectors = role.aggregationRule?.clusterRoleSelectors ?? []
    return [...clusterRoles.values()].filter(other =>
      selectors.some(selector => selects(selector, other.metadata.labels)),
    )
  }

  /** Whatever can be reached through aggregations, each role once: they may select each other. */
  const aggregated = (role: Stored<ClusterRole>): readonly PolicyRule[] => {
    const reached = new Set([role])
    for (const one of reached) if (one.aggregationRule) for (const other of selectedBy(one)) reached.add(other)
    // What an aggregating role says itself is what somebody last wrote there; what it selects is what it means.
    return [...reached].filter(one => !one.aggregationRule).flatMap(({ rules = [] }) => rules)
  }

  const ofClusterRole = (name: string): readonly PolicyRule[] | undefined => {
    const role = clusterRoles.get(name)
    if (!role) return undefined
    const known = answers.get(name)
    if (known) return known
    const rules = aggregated(role)
    answers.set(name, rules)
    return rules
  }

  return {
    of: ({ kind, name }, namespace) => {
      if (kind === 'ClusterRole') return ofClusterRole(name)
      const entry = cut.entry({ group: rbacGroup, resource: 'roles', namespace, name })
      return entry && ((entry.object() as Stored<Role>).rules ?? [])
    },
  }
}
