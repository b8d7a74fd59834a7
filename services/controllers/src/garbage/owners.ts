import type { Kind, KindRegistry, KubernetesObject, OwnerReference, Stored } from '@periplus/api'
import type { Cut } from '@periplus/projection'

export const orphanFinalizer = 'orphan'
export const foregroundFinalizer = 'foregroundDeletion'

/** The stored kinds, by group and kind: what an owner reference names. */
export interface Kinds {
  readonly byOwner: (reference: OwnerReference) => Kind | undefined
  readonly byResource: (group: string, resource: string) => Kind | undefined
}

const groupOf = (apiVersion: string): string => (apiVersion.includes('/') ? (apiVersion.split('/')[0] ?? '') : '')

const known = new WeakMap<KindRegistry, Kinds>()

/** Those of a registry, made once for each. */
export const kindsOf = (registry: KindRegistry): Kinds => {
  const found = known.get(registry) ?? storedOf(registry)
  known.set(registry, found)
  return found
}

const storedOf = (registry: KindRegistry): Kinds => {
  const stored = [...new Set(registry.kinds.flatMap(kind => registry.stored(kind.group, kind.resource) ?? []))]
  const byKind = new Map(stored.map(kind => [`${kind.group}/${kind.kind}`, kind]))
  const byResource = new Map(stored.map(kind => [`${kind.group}/${kind.resource}`, kind]))
  return {
    byOwner: ({ apiVersion, kind }) => byKind.get(`${groupOf(apiVersion)}/${kind}`),
    byResource: (group, resource) => byResource.get(`${group}/${resource}`),
  }
}

export type OwnerState =
  /** There, and not waiting for its dependents to go. */
  | 'solid'
  /** There, and deleted in the foreground: it goes when its dependents are gone. */
  | 'waiting'
  /** Not there: gone, another object by now, or out of reach in another namespace. */
  | 'absent'
  /** Of a kind that nobody knows, or one that a cluster-scoped object cannot refer to: nothing can be said of it. */
  | 'unknowable'

export const isDeletingDependents = ({ metadata }: KubernetesObject): boolean =>
  metadata?.deletionTimestamp !== undefined && (metadata.finalizers?.includes(foregroundFinalizer) ?? false)

export const isOrphaning = ({ metadata }: KubernetesObject): boolean =>
  metadata?.deletionTimestamp !== undefined && (metadata.finalizers?.includes(orphanFinalizer) ?? false)

/**
 * What became of an owner. The cut settles it: a dependent is written after its owner, so a cut that has the one has the
 * other, or its end.
 */
export const ownerState = (
  cut: Cut,
  kinds: Kinds,
  dependent: Stored<KubernetesObject>,
  reference: OwnerReference,
): OwnerState => {
  const kind = kinds.byOwner(reference)
  const namespace = dependent.metadata.namespace ?? ''
  if (!kind || (kind.namespaced && namespace === '')) return 'unknowable'
  const entry = cut.byUid(reference.uid)
  if (!entry) return 'absent'
  const { group, resource, name } = entry.ref
  const meant = group === kind.group && resource === kind.resource && name === reference.name
  const reachable = entry.ref.namespace === '' || entry.ref.namespace === namespace
  if (!meant || !reachable) return 'absent'
  return isDeletingDependents(entry.object()) ? 'waiting' : 'solid'
}
