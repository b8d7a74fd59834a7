import { E } from '@periplus/prelude'
import { targetOf } from '@periplus/api'
import type { Kind, KubernetesObject, Refusal } from '@periplus/api'
import type { ClusterRole, ClusterRoleBinding, PolicyRule, Role, RoleBinding } from '@periplus/kinds'
import type { Cut } from '@periplus/projection'
import type { Attributes, Authorize, User } from '../../ports.ts'
import { masters } from './authorize.ts'
import { compact, ruleText, uncovered } from './covers.ts'
import { effectiveRules, rbacGroup } from './effective-rules.ts'
import type { Grants } from './grants.ts'

/** A write of a role or a binding, as the write path is about to make it. */
export interface RbacWrite {
  readonly kind: Kind
  readonly operation: 'create' | 'update' | 'delete'
  readonly next: KubernetesObject
  readonly previous: KubernetesObject | undefined
}

export interface EscalationMeans {
  readonly cut: Cut
  readonly grants: () => Grants
  readonly authorize: Authorize
}

/**
 * Nobody gives what they don't have: whoever writes a role must hold its rules already or be allowed to `escalate`, whoever writes
 * a binding must hold its role's rules or be allowed to `bind` it. `undefined` lets the write pass.
 */
export const escalation =
  (means: EscalationMeans) =>
  (user: User, write: RbacWrite): Refusal | undefined => {
    const { kind, next, previous, operation } = write
    if (kind.group !== rbacGroup || operation === 'delete' || user.groups.includes(masters)) return undefined
    if (previous && sameGrant(next, previous)) return undefined
    switch (kind.resource) {
      case 'roles':
      case 'clusterroles':
        return ofRole(means, user, kind, next)
      case 'rolebindings':
      case 'clusterrolebindings':
        return ofBinding(means, user, kind, next as RoleBinding & ClusterRoleBinding)
      default:
        return undefined
    }
  }

type Granting = Role & ClusterRole & RoleBinding & ClusterRoleBinding

const sameGrant = (a: KubernetesObject, b: KubernetesObject): boolean => {
  const grant = ({ rules, aggregationRule, roleRef, subjects }: Partial<Granting>): string =>
    JSON.stringify([rules, aggregationRule, roleRef, subjects])
  return grant(a) === grant(b)
}

const asking = (verb: string, resource: string, namespace: string, name: string): Attributes => ({
  tag: 'Resource',
  verb,
  group: rbacGroup,
  version: 'v1',
  resource,
  subresource: '',
  namespace,
  name,
})

const everything: readonly PolicyRule[] = [
  { apiGroups: ['*'], resources: ['*'], verbs: ['*'] },
  { nonResourceURLs: ['*'], verbs: ['*'] },
]

const ofRole = (means: EscalationMeans, user: User, kind: Kind, role: Role & ClusterRole): Refusal | undefined => {
  const { name = '', namespace = '' } = role.metadata ?? {}
  if (E.isRight(means.authorize(user, asking('escalate', kind.resource, namespace, name)))) return undefined
  const held = heldBy(means, user, namespace)
  const missing = uncovered(held, role.rules ?? [])
  if (missing.length > 0) return refuse(kind, name, user, missing)
  if (role.aggregationRule && uncovered(held, everything).length > 0)
    return {
      tag: 'Forbidden',
      target: targetOf(kind, name),
      message: 'must have cluster-admin privileges to use the aggregationRule',
    }
  return undefined
}

const ofBinding = (
  means: EscalationMeans,
  user: User,
  kind: Kind,
  binding: RoleBinding & ClusterRoleBinding,
): Refusal | undefined => {
  const { name = '', namespace = '' } = binding.metadata ?? {}
  const { roleRef } = binding
  const resource = roleRef.kind === 'ClusterRole' ? 'clusterroles' : 'roles'
  const question = asking('bind', resource, namespace, roleRef.name)
  if (E.isRight(means.authorize(user, question))) return undefined
  const rules = effectiveRules(means.cut).of(roleRef, namespace)
  if (!rules) return { tag: 'NotFound', target: { group: rbacGroup, resource, name: roleRef.name } }
  const missing = uncovered(heldBy(means, user, namespace), rules)
  return missing.length > 0 ? refuse(kind, name, user, missing) : undefined
}

const heldBy = ({ grants }: EscalationMeans, user: User, namespace: string): readonly PolicyRule[] =>
  grants()
    .of(user, namespace)
    .flatMap(grant => grant.rules)

const refuse = (kind: Kind, name: string, user: User, missing: readonly PolicyRule[]): Refusal => ({
  tag: 'Forbidden',
  target: targetOf(kind, name),
  message:
    `user ${JSON.stringify(user.name)} (groups=[${user.groups.map(group => JSON.stringify(group)).join(' ')}]) ` +
    `is attempting to grant RBAC permissions not currently held:\n${compact(missing).map(ruleText).sort().join('\n')}`,
})
