import { assertNever } from '@periplus/prelude'
import { goQuote } from '@periplus/api'
import type { PolicyRule, RoleRef, Subject } from '@periplus/kinds'
import type { Change, Cut, LiveCut } from '@periplus/projection'
import type { User } from '../../ports.ts'
import { bindingIndex, keyOfSubject, keysOfUser } from './binding-index.ts'
import type { Binding, BindingIndex, Bound, BoundHere } from './binding-index.ts'
import { effectiveRules, rbacGroup } from './effective-rules.ts'
import type { Effective, EffectiveRules } from './effective-rules.ts'

/** What one binding gives to one subject. */
export interface Grant extends Bound {
  readonly rules: readonly PolicyRule[]
  /** Why there are none. */
  readonly missing?: string
}

/** Who has been granted what, looked up by subject: a check reads the grants of one user and their groups, nothing else. */
export interface Grants {
  /** Grants that hold in the namespace; with `''`, those that hold everywhere. */
  of(user: User, namespace: string): readonly Grant[]
}

const grantOf = (effective: EffectiveRules, bound: Bound): Grant => {
  const { metadata, roleRef } = bound.binding
  return { ...bound, ...givenBy(roleRef, effective.of(roleRef, metadata.namespace ?? '')) }
}

const givenBy = ({ kind, name }: RoleRef, effective: Effective): Pick<Grant, 'rules' | 'missing'> => {
  const role = `${kind.toLowerCase()}.${rbacGroup} "${name}"`
  switch (effective.tag) {
    case 'Rules':
      return { rules: effective.rules }
    case 'Missing':
      return { rules: [], missing: `${role} not found` }
    case 'TooMuch':
      return { rules: [], missing: `${role} aggregates by more than is looked at` }
    default:
      return assertNever(effective)
  }
}

const resources = { everywhere: 'clusterrolebindings', within: 'rolebindings' } as const

/** The grants at one state of the cluster, of which few are asked for: what is bound to others is passed over. */
export const grantsAt = (cut: Pick<Cut, 'entry' | 'entries'>): Grants => {
  const effective = effectiveRules(cut)
  const known = new WeakMap<User, Map<string, ReadonlyMap<string, readonly Grant[]>>>()

  const boundIn = (user: User, namespace: string): ReadonlyMap<string, readonly Grant[]> => {
    const found = new Map<string, Grant[]>(keysOfUser(user).map(key => [key, []]))
    const resource = namespace === '' ? resources.everywhere : resources.within
    for (const entry of cut.entries(rbacGroup, resource, namespace)) {
      const binding = entry.object() as Binding
      for (const subject of binding.subjects ?? [])
        found.get(keyOfSubject(subject, namespace))?.push(grantOf(effective, { binding, subject }))
    }
    return found
  }
  const remembered = (user: User, namespace: string): ReadonlyMap<string, readonly Grant[]> => {
    const places = known.get(user) ?? new Map<string, ReadonlyMap<string, readonly Grant[]>>()
    known.set(user, places)
    const found = places.get(namespace) ?? boundIn(user, namespace)
    places.set(namespace, found)
    return found
  }
  return {
    of: (user, namespace) => {
      const places = namespace === '' ? [''] : ['', namespace]
      const found = places.map(place => remembered(user, place))
      return keysOfUser(user).flatMap(key => found.flatMap(grants => grants.get(key) ?? []))
    },
  }
}

const texts = new WeakMap<Grant, string>()

/** `ClusterRoleBinding "admins" of ClusterRole "admin" to Group "ops"`: whom a grant is to, and by what. */
export const grantText = (grant: Grant): string => {
  const text = texts.get(grant) ?? textOf(grant)
  texts.set(grant, text)
  return text
}

const textOf = ({ binding: { metadata, roleRef }, subject }: Grant): string => {
  const { name, namespace } = metadata
  const by = namespace ? `RoleBinding ${goQuote(`${name}/${namespace}`)}` : `ClusterRoleBinding ${goQuote(name)}`
  return `${by} of ${roleRef.kind} ${goQuote(roleRef.name)} to ${subjectText(subject, namespace ?? '')}`
}

const subjectText = ({ kind, name, namespace }: Subject, bindingNamespace: string): string =>
  `${kind} ${goQuote(kind === 'ServiceAccount' ? `${name}/${namespace || bindingNamespace}` : name)}`

/** The grants of a live cut: bindings as they change, and what roles grant anew only after a change to one of them. */
export const liveGrants = (cut: LiveCut): (() => Grants) => {
  const found = shared.get(cut) ?? keptUp(cut)
  shared.set(cut, found)
  return found
}

const shared = new WeakMap<LiveCut, () => Grants>()

const keptUp = (cut: LiveCut): (() => Grants) => {
  let index: BindingIndex | undefined
  let effective = effectiveRules(cut)
  /** Of what roles grant now. */
  let made = new WeakMap<BoundHere, readonly Grant[]>()

  const follow = (bindings: BindingIndex, { event: { ref }, before, after }: Change): void => {
    if (ref.group !== rbacGroup) return
    if (ref.resource !== resources.everywhere && ref.resource !== resources.within) {
      effective = effectiveRules(cut)
      made = new WeakMap()
      return
    }
    if (before) bindings.remove(before.object() as Binding)
    if (after) bindings.put(after.object() as Binding)
  }
  cut.subscribe(changes => {
    for (const change of changes) if (index) follow(index, change)
  })
  const gathered = (): BindingIndex => {
    const bindings = bindingIndex()
    for (const resource of Object.values(resources))
      for (const entry of cut.entries(rbacGroup, resource)) bindings.put(entry.object() as Binding)
    return bindings
  }
  const grantsOf = (here: BoundHere | undefined): readonly Grant[] => {
    if (!here) return none
    const grants = made.get(here) ?? here.all.map(bound => grantOf(effective, bound))
    made.set(here, grants)
    return grants
  }
  const grants: Grants = {
    of: (user, namespace) => {
      const bindings = (index ??= gathered())
      const places = namespace === '' ? [''] : ['', namespace]
      return keysOfUser(user).flatMap(key => places.flatMap(place => grantsOf(bindings.of(key, place))))
    },
  }
  return () => grants
}

const none: readonly Grant[] = []
