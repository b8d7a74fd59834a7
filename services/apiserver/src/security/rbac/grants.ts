import type { KubernetesObject, Stored } from '@periplus/api'
import type { ClusterRoleBinding, PolicyRule, RoleBinding, RoleRef, Subject } from '@periplus/kinds'
import type { Change, Cut, LiveCut } from '@periplus/projection'
import type { User } from '../../ports.ts'
import { effectiveRules, rbacGroup } from './effective-rules.ts'

/** What one binding gives to one subject. */
export interface Grant {
  readonly rules: readonly PolicyRule[]
  /** Why there are none: the role isn't there. */
  readonly missing?: string
}

/** Who has been granted what, looked up by subject: a check reads the grants of one user and their groups, nothing else. */
export interface Grants {
  /** Grants that hold in the namespace; with `''`, those that hold everywhere. */
  of(user: User, namespace: string): readonly Grant[]
}

type BySubject = Map<string, Grant[]>

/** The grants at one state of the cluster. */
export const grantsAt = (cut: Pick<Cut, 'entry' | 'entries'>): Grants => {
  const effective = effectiveRules(cut)
  const everywhere: BySubject = new Map()
  const within = new Map<string, BySubject>()
  const note = (index: BySubject, binding: Binding, namespace: string): void => {
    const grant = grantOf(binding.roleRef, effective.of(binding.roleRef, namespace))
    for (const subject of binding.subjects ?? []) {
      const key = keyOf(subject, namespace)
      const grants = index.get(key)
      if (grants) grants.push(grant)
      else index.set(key, [grant])
    }
  }
  for (const entry of cut.entries(rbacGroup, 'clusterrolebindings')) note(everywhere, entry.object() as Binding, '')
  for (const entry of cut.entries(rbacGroup, 'rolebindings')) {
    const { namespace } = entry.ref
    let index = within.get(namespace)
    if (!index) within.set(namespace, (index = new Map()))
    note(index, entry.object() as Binding, namespace)
  }
  return {
    of: (user, namespace) => {
      const keys = [`u:${user.name}`, ...user.groups.map(group => `g:${group}`)]
      const local = namespace === '' ? undefined : within.get(namespace)
      return keys.flatMap(key => [...(everywhere.get(key) ?? []), ...(local?.get(key) ?? [])])
    },
  }
}

type Binding = Stored<KubernetesObject> & (ClusterRoleBinding | RoleBinding)

const grantOf = ({ kind, name }: RoleRef, rules: readonly PolicyRule[] | undefined): Grant =>
  rules ? { rules } : { rules: [], missing: `${kind.toLowerCase()}.${rbacGroup} "${name}" not found` }

const keyOf = ({ kind, name, namespace }: Subject, bindingNamespace: string): string => {
  if (kind === 'Group') return `g:${name}`
  if (kind === 'User') return `u:${name}`
  return `u:system:serviceaccount:${namespace || bindingNamespace}:${name}`
}

/** The grants of a live cut, worked out again only after a change to a role or binding. */
export const liveGrants = (cut: LiveCut): (() => Grants) => {
  let current: Grants | undefined
  const concerns = ({ event }: Change): boolean => event.ref.group === rbacGroup
  cut.subscribe(changes => {
    if (current && changes.some(concerns)) current = undefined
  })
  return () => (current ??= grantsAt(cut))
}
