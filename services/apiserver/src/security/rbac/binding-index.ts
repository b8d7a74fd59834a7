import type { KubernetesObject, Stored } from '@periplus/api'
import type { ClusterRoleBinding, RoleBinding, Subject } from '@periplus/kinds'
import type { User } from '../../ports.ts'

export type Binding = Stored<KubernetesObject & (ClusterRoleBinding | RoleBinding)>

/** A binding, and one whom it binds. */
export interface Bound {
  readonly binding: Binding
  readonly subject: Subject
}

/** Whom a subject is, as one text. */
export const keyOfSubject = ({ kind, name, namespace }: Subject, bindingNamespace: string): string => {
  if (kind === 'Group') return `g:${name}`
  if (kind === 'User') return `u:${name}`
  return `u:system:serviceaccount:${namespace || bindingNamespace}:${name}`
}

/** Those of a user: their own, then those of their groups. */
export const keysOfUser = ({ name, groups }: User): readonly string[] => [
  `u:${name}`,
  ...groups.map(group => `g:${group}`),
]

/** What binds one subject in one namespace. Another value whenever that changes. */
export interface BoundHere {
  /** In the order of the bindings' names. */
  readonly all: readonly Bound[]
}

/**
 * Bindings by whom they bind, kept up as they change. One may bind thousands: it costs as much as that when it changes itself, and nothing when
 * another does.
 */
export interface BindingIndex {
  put(binding: Binding): void
  remove(binding: Binding): void
  /** `''`: the bindings that hold everywhere. */
  of(key: string, namespace: string): BoundHere | undefined
}

/** Whoever reads it before the next change reads it as it is; a change makes another one of the same map. */
const boundHere = (byName: ReadonlyMap<string, Bound>): BoundHere => {
  let all: readonly Bound[] | undefined
  return {
    get all() {
      return (all ??= [...byName].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, bound]) => bound))
    },
  }
}

interface Place {
  readonly byName: Map<string, Bound>
  readonly here: BoundHere
}

/** An index that nothing is in yet. */
export const bindingIndex = (): BindingIndex => {
  const namespaces = new Map<string, Map<string, Place>>()
  return {
    put: binding => {
      const { name, namespace = '' } = binding.metadata
      const places = namespaces.get(namespace) ?? new Map<string, Place>()
      namespaces.set(namespace, places)
      for (const subject of binding.subjects ?? []) {
        const key = keyOfSubject(subject, namespace)
        const byName = places.get(key)?.byName ?? new Map<string, Bound>()
        byName.set(name, { binding, subject })
        places.set(key, { byName, here: boundHere(byName) })
      }
    },
    remove: ({ metadata: { name, namespace = '' }, subjects = [] }) => {
      const places = namespaces.get(namespace)
      if (!places) return
      for (const subject of subjects) {
        const key = keyOfSubject(subject, namespace)
        const byName = places.get(key)?.byName
        byName?.delete(name)
        if (byName && byName.size > 0) places.set(key, { byName, here: boundHere(byName) })
        else places.delete(key)
      }
      if (places.size === 0) namespaces.delete(namespace)
    },
    of: (key, namespace) => namespaces.get(namespace)?.get(key)?.here,
  }
}
