import { isDeepStrictEqual } from 'node:util'
import { E } from '@periplus/prelude'
import { targetOf } from '@periplus/api'
import type { Kind, KubernetesObject, Refusal } from '@periplus/api'
import type { ClusterRole, ClusterRoleBinding, PolicyRule, Role, RoleBinding } from '@periplus/kinds'
import type { Candidate } from '@periplus/commands'
import type { Cut } from '@periplus/projection'
import type { Attributes, Authorize, User } from '../../ports.ts'
import { masters } from './authorize.ts'
import { uncovered } from './covers.ts'
import type { Missing } from './covers.ts'
import { effectiveRules, rbacGroup } from './effective-rules.ts'
import type { Grants } from './grants.ts'
import { missingText } from './missing-text.ts'

export interface EscalationDeps {
  readonly cut: Cut
  readonly grants: () => Grants
  readonly authorize: Authorize
}

/**
 * Nobody gives what they don't have: whoever writes a role must hold its rules already or be allowed to `escalate`, whoever writes
 * a binding must hold its role's rules or be allowed to `bind` it. `undefined` lets the write pass.
 */
export const escalation =
  (deps: EscalationDeps) =>
  (user: User, write: Candidate): Refusal | undefined => {
    const { kind, next, previous, operation } = write
    if (kind.group !== rbacGroup || operation === 'delete' || user.groups.includes(masters)) return undefined
    if (previous && onlyCollected(next, previous)) return undefined
    switch (kind.resource) {
      case 'roles':
      case 'clusterroles':
        return ofRole(deps, user, write)
      case 'rolebindings':
      case 'clusterrolebindings':
        return ofBinding(deps, user, kind, next as RoleBinding & ClusterRoleBinding)
      default:
        return undefined
    }
  }

/**
 * Whether nothing changes but what a garbage collector changes. Whatever else does is looked at as if it were new: labels decide
 * which roles a role is aggregated into, and the next such field should need no line here.
 */
const onlyCollected = (next: KubernetesObject, previous: KubernetesObject): boolean => {
  const rest = ({ metadata = {}, ...fields }: KubernetesObject): object => ({
    ...fields,
    metadata: {
      ...metadata,
      ownerReferences: undefined,
      finalizers: undefined,
      managedFields: undefined,
      selfLink: undefined,
      resourceVersion: undefined,
    },
  })
  return isDeepStrictEqual(plain(rest(next)), plain(rest(previous)))
}

/** Without the difference between what is absent and what is `undefined`. */
const plain = (value: object): unknown => JSON.parse(JSON.stringify(value))

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

const ofRole = (deps: EscalationDeps, user: User, write: Candidate): Refusal | undefined => {
  const { kind, operation, previous } = write
  const role: Role & ClusterRole = write.next
  const { name = '', namespace = '' } = role.metadata ?? {}
  // A creation is asked about without its name, which a rule with names is not for.
  const question = asking('escalate', kind.resource, namespace, operation === 'create' ? '' : name)
  if (E.isRight(deps.authorize(user, question))) return undefined
  const held = heldBy(deps, user, namespace)
  const missing = uncovered(held, role.rules ?? [])
  if (missing.length > 0) return refuse(kind, name, user, missing)
  if ((aggregates(role) || aggregates(previous)) && uncovered(held, everything).length > 0)
    return {
      tag: 'Forbidden',
      target: targetOf(kind, name),
      message: 'must have cluster-admin privileges to use the aggregationRule',
    }
  return undefined
}

/** An aggregation can gather anything, and taking it away would turn what was gathered into something else. */
const aggregates = (role: ClusterRole | undefined): boolean =>
  (role?.aggregationRule?.clusterRoleSelectors?.length ?? 0) > 0

const ofBinding = (
  deps: EscalationDeps,
  user: User,
  kind: Kind,
  binding: RoleBinding & ClusterRoleBinding,
): Refusal | undefined => {
  const { name = '', namespace = '' } = binding.metadata ?? {}
  const { roleRef } = binding
  const resource = roleRef.kind === 'ClusterRole' ? 'clusterroles' : 'roles'
  const question = asking('bind', resource, namespace, roleRef.name)
  if (E.isRight(deps.authorize(user, question))) return undefined
  const effective = effectiveRules(deps.cut).of(roleRef, namespace)
  if (effective.tag === 'Missing')
    return { tag: 'NotFound', target: { group: rbacGroup, resource, name: roleRef.name } }
  // What it grants may be anything.
  const rules = effective.tag === 'Rules' ? effective.rules : everything
  const missing = uncovered(heldBy(deps, user, namespace), rules)
  return missing.length > 0 ? refuse(kind, name, user, missing) : undefined
}

const heldBy = ({ grants }: EscalationDeps, user: User, namespace: string): readonly PolicyRule[] =>
  grants()
    .of(user, namespace)
    .flatMap(grant => grant.rules)

const refuse = (kind: Kind, name: string, user: User, missing: readonly Missing[]): Refusal => ({
  tag: 'Forbidden',
  target: targetOf(kind, name),
  message:
    `user ${JSON.stringify(user.name)} (groups=[${user.groups.map(group => JSON.stringify(group)).join(' ')}]) ` +
    `is attempting to grant RBAC permissions not currently held:\n${missingText(missing)}`,
})
