import { selects } from '@periplus/api'
import type { KubernetesObject, Stored } from '@periplus/api'
import type { ClusterRole, PolicyRule, Role, RoleRef } from '@periplus/kinds'
import type { Cut } from '@periplus/projection'

export const rbacGroup = 'rbac.authorization.k8s.io'

const objects = <A extends KubernetesObject>(cut: Cut, resource: string): readonly Stored<A>[] =>
  cut.entries(rbacGroup, resource).map(entry => entry.object() as Stored<A>)

/** What roles grant at one state of the cluster; aggregated cluster roles grant what those they select grant. */
export interface EffectiveRules {
  /** `undefined` where the role isn't there. `namespace` is the binding's. */
  of(ref: RoleRef, namespace: string): readonly PolicyRule[] | undefined
}

export const effectiveRules = (cut: Cut): EffectiveRules => {
  const clusterRoles = new Map(objects<ClusterRole>(cut, 'clusterroles').map(role => [role.metadata.name, role]))
  const answers = new Map<string, readonly PolicyRule[]>()

  const aggregated = (role: Stored<ClusterRole>, within: ReadonlySet<string>): readonly PolicyRule[] => {
    const selectors = role.aggregationRule?.clusterRoleSelectors
    if (!selectors) return role.rules ?? []
    const inner = new Set([...within, role.metadata.name])
    // The role's own rules are what somebody last wrote there; what it selects is what it means.
    return [...clusterRoles.values()]
      .filter(other => !inner.has(other.metadata.name))
      .filter(other => selectors.some(selector => selects(selector, other.metadata.labels)))
      .flatMap(other => aggregated(other, inner))
  }

  const ofClusterRole = (name: string): readonly PolicyRule[] | undefined => {
    const role = clusterRoles.get(name)
    if (!role) return undefined
    const known = answers.get(name)
    if (known) return known
    const rules = aggregated(role, new Set())
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
