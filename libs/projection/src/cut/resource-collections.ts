import type { Kind, KubernetesObject, ObjectRef, Stored } from '@periplus/api'
import type { Index, IndexMark, IndexOfEvery, KeyChanges } from '../indexes.ts'
import { KeyedIndex } from './keyed-index.ts'
import { hasAll } from './label-index.ts'
import type { ObjectEntry } from './object-entry.ts'
import { ObjectLists, objectAs } from './object-lists.ts'
import { Collection } from './collection.ts'
import type { SlotList } from './slot-list.ts'
import type { Slot } from './slot.ts'

interface Resource {
  readonly group: string
  readonly resource: string
  readonly namespaces: Map<string, Collection>
  /** All namespaces' entries, until something changes. */
  all: readonly ObjectEntry[] | undefined
  readonly allObjects: ObjectLists
  /** All that its objects are found by. */
  readonly indexes: KeyedIndex[]
}

/** All collections, by resource and namespace. */
export interface ResourceCollections {
  /** The collection that `ref` belongs to, made when it isn't there yet, to put something in it or take it out. */
  collectionFor(ref: ObjectRef): Collection
  find(ref: ObjectRef): Collection | undefined
  /** The last object of the collection that `ref` belongs to is gone. */
  emptied(ref: ObjectRef): void
  /** By namespace, then by name; `''` is no namespace's name, so it means all, as an absent one does. */
  entries(group: string, resource: string, namespace?: string): readonly ObjectEntry[]
  /** The same as objects. */
  objects<A extends KubernetesObject>(kind: Kind<A>, namespace?: string): readonly Stored<A>[]
  /** What the index finds by `key`; the index is kept from its first question on. */
  by<A extends KubernetesObject>(index: Index<A> | IndexOfEvery, key: string): SlotList | undefined
  /** By which keys it finds something else since a mark. */
  changedKeys<A extends KubernetesObject>(index: Index<A>, since: IndexMark | undefined): KeyChanges
  /** The objects in the namespace that have all of these labels, of which there is at least one. */
  labelled<A extends KubernetesObject>(
    kind: Kind<A>,
    namespace: string,
    labels: Readonly<Record<string, string>>,
  ): readonly Stored<A>[]
  /** Where everything stands, in no order. */
  slots(): Iterable<Slot>
  /** Every resource with live objects, by group and name. */
  live(): readonly { readonly group: string; readonly resource: string }[]
}

const slotsOf = function* ({ namespaces }: Resource): Iterable<Slot> {
  for (const collection of namespaces.values()) yield* collection.slots()
}

/**
 * Collections that have nothing in them are remembered up to this number, the last that became so: most namespaces never come again, and
 * whoever may make them may make any number.
 */
const mostEmpty = 1_000

/** One for all, because a list is the same array for as long as nothing in it changes. */
const none: readonly never[] = []

export const resourceCollections = (): ResourceCollections => {
  /** By group, then by resource: a key of both would be made anew for every event. */
  const groups = new Map<string, Map<string, Resource>>()
  const find = (group: string, resource: string): Resource | undefined => groups.get(group)?.get(resource)

  const indexes = new Map<object, KeyedIndex>()
  const ofEvery: KeyedIndex[] = []
  const resources = function* (): Iterable<Resource> {
    for (const named of groups.values()) yield* named.values()
  }
  const slots = function* (): Iterable<Slot> {
    for (const found of resources()) yield* slotsOf(found)
  }
  const added = (group: string, resource: string): Resource => {
    const one: Resource = {
      ...{ group, resource, namespaces: new Map(), all: undefined },
      allObjects: new ObjectLists(),
      indexes: [...ofEvery],
    }
    const named = groups.get(group) ?? new Map<string, Resource>()
    groups.set(group, named.set(resource, one))
    return one
  }
  const indexed = <A extends KubernetesObject>(index: Index<A> | IndexOfEvery): KeyedIndex => {
    if ('every' in index) {
      const made = new KeyedIndex(index, slots())
      ofEvery.push(made)
      for (const found of resources()) found.indexes.push(made)
      return made
    }
    const { group, resource } = index.kind
    const found = find(group, resource) ?? added(group, resource)
    const made = new KeyedIndex(index, slotsOf(found))
    found.indexes.push(made)
    return made
  }

  const keptFor = <A extends KubernetesObject>(index: Index<A> | IndexOfEvery): KeyedIndex => {
    let kept = indexes.get(index)
    if (!kept) indexes.set(index, (kept = indexed(index)))
    return kept
  }

  /** The one that became empty last at the end; some of them are filled again. */
  const empty = new Map<Collection, () => void>()
  const forget = (found: Resource, namespace: string): void => {
    found.namespaces.delete(namespace)
    if (found.namespaces.size === 0 && found.indexes.length === ofEvery.length)
      groups.get(found.group)?.delete(found.resource)
  }

  const everywhere = (found: Resource): readonly ObjectEntry[] => (found.all ??= allOf(found))
  const allOf = (found: Resource): readonly ObjectEntry[] => {
    const [only] = found.namespaces.values()
    if (found.namespaces.size === 1 && only) return only.all.entries()
    const names = [...found.namespaces.keys()].sort()
    // Somebody lists all after every change: `flatMap` takes ten times as long.
    const all: ObjectEntry[] = []
    for (const name of names) for (const entry of found.namespaces.get(name)?.all.entries() ?? none) all.push(entry)
    return all
  }
  return {
    collectionFor: ref => {
      const found = find(ref.group, ref.resource) ?? added(ref.group, ref.resource)
      let collection = found.namespaces.get(ref.namespace)
      if (!collection) found.namespaces.set(ref.namespace, (collection = new Collection(found.indexes)))
      found.all = undefined
      return collection
    },
    find: ref => find(ref.group, ref.resource)?.namespaces.get(ref.namespace),
    emptied: ({ group, resource, namespace }) => {
      const found = find(group, resource)
      const collection = found?.namespaces.get(namespace)
      if (!found || !collection) return
      empty.delete(collection)
      empty.set(collection, () => forget(found, namespace))
      if (empty.size <= mostEmpty) return
      for (const [oldest, forgetIt] of empty) {
        empty.delete(oldest)
        if (oldest.size === 0) forgetIt()
        return
      }
    },
    entries: (group, resource, namespace) => {
      const found = find(group, resource)
      if (!found || found.namespaces.size === 0) return none
      return namespace ? (found.namespaces.get(namespace)?.all.entries() ?? none) : everywhere(found)
    },
    objects: (kind, namespace) => {
      const found = find(kind.group, kind.resource)
      // There may have been a question by an index before there was an object.
      if (!found || found.namespaces.size === 0) return none
      if (!namespace) return found.allObjects.of(kind, everywhere(found))
      const list = found.namespaces.get(namespace)?.all
      return list ? list.objects.of(kind, list.entries()) : none
    },
    by: (index, key) => keptFor(index).get(key),
    changedKeys: (index, since) => keptFor(index).changedSince(since),
    labelled: (kind, namespace, labels) => {
      const list = find(kind.group, kind.resource)?.namespaces.get(namespace)?.labelled().shortest(labels)
      if (!list) return none
      // One label picks the list already; of more, only what has them all is read.
      if (Object.keys(labels).length === 1) return list.objects.of(kind, list.entries())
      return list
        .entries()
        .filter(entry => hasAll(entry, labels))
        .map(entry => objectAs(kind, entry))
    },
    slots,
    live: () =>
      [...resources()]
        .filter(({ namespaces }) => [...namespaces.values()].some(collection => collection.size > 0))
        .map(({ group, resource }) => ({ group, resource }))
        .sort((a, b) => (a.group < b.group ? -1 : a.group > b.group ? 1 : a.resource < b.resource ? -1 : 1)),
  }
}
