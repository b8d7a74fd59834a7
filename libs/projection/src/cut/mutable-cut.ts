import type { Kind, KubernetesObject, ObjectRef, Stored } from '@periplus/api'
import type { RecordedEvent, Sequence } from '@periplus/log'
import type { Change, Entry, MutableCut } from '../cut.ts'
import type { Snapshot } from '../store/snapshot.ts'
import { backlog } from './backlog.ts'
import { byteSlabs } from './byte-slabs.ts'
import { keyedIndex } from './keyed-index.ts'
import { ObjectEntry } from './object-entry.ts'
import { resourceShelves } from './resource-shelves.ts'
import { waiters } from './waiters.ts'

export interface MutableCutOptions {
  /** How many changes `recent` reaches back at most. Default 4,096. */
  readonly recentLimit?: number
  /** How many bytes of events those changes may hold. Default 16 MiB. */
  readonly recentBytes?: number
}

/** A cut that can also start from a snapshot. */
export interface LoadableCut extends MutableCut {
  /**
   * Fills an empty cut. A snapshot may hold objects that are newer than its sequence; the cut is exact again once the log's
   * events up to the newest of them have been applied, which changes tell nothing of.
   */
  load(snapshot: Snapshot): Promise<void>
}

export const mutableCut = (options: MutableCutOptions = {}): LoadableCut => {
  const { recentLimit = 4096, recentBytes = 16 * 1024 * 1024 } = options
  const resources = resourceShelves()
  const slabs = byteSlabs()
  const uids = new Map<string, ObjectEntry>()
  const owners = keyedIndex()
  const nodes = keyedIndex()
  /** An entry shares its event's bytes while the event is remembered; one that outlives it gets its own. */
  const settle = ({ after }: Change): void => {
    if (after instanceof ObjectEntry && !after.superseded) after.settle(slabs)
  }
  const recent = backlog(recentLimit, recentBytes, settle)
  const waiting = waiters()
  const listeners = new Set<(changes: readonly Change[]) => void>()
  const objects = objectLists()
  let sequence: Sequence = 0
  /** Newest sequence of a loaded snapshot. */
  let loaded: Sequence = 0

  const unlink = (entry: ObjectEntry): void => {
    entry.superseded = true
    slabs.release(entry)
    if (uids.get(entry.uid) === entry) uids.delete(entry.uid)
    for (const owner of entry.owners) owners.delete(owner, entry)
    if (entry.nodeName) nodes.delete(entry.nodeName, entry)
  }
  const link = (entry: ObjectEntry): void => {
    uids.set(entry.uid, entry)
    for (const owner of entry.owners) owners.add(owner, entry)
    if (entry.nodeName) nodes.add(entry.nodeName, entry)
  }
  const fold = (event: RecordedEvent): Change => {
    const { name } = event.ref
    const shelf = resources.changing(event.ref)
    const before = shelf.get(name)
    if (before) unlink(before)
    if (event.type === 'deleted') {
      shelf.bury(name, event.sequence)
      return { event, before, after: undefined }
    }
    const after = new ObjectEntry(event)
    shelf.put(name, after)
    link(after)
    return { event, before, after }
  }
  /** For events that nobody is told of, and that no backlog keeps. */
  const foldIfNewer = (event: RecordedEvent): void => {
    if (event.sequence > (resources.find(event.ref)?.lastSequence(event.ref.name) ?? 0)) settle(fold(event))
  }
  const find = (ref: ObjectRef): ObjectEntry | undefined => resources.find(ref)?.get(ref.name)
  const entries = (group: string, resource: string, namespace?: string): readonly ObjectEntry[] =>
    resources.entries(group, resource, namespace)

  return {
    get sequence() {
      return sequence
    },
    get: (kind, namespace, name) => {
      const entry = find({ group: kind.group, resource: kind.resource, namespace, name })
      return entry && objectAs(kind, entry)
    },
    list: (kind, namespace) => objects.of(kind, entries(kind.group, kind.resource, namespace)),
    ownedBy: (kind, uid) => objects.of(kind, owners.get(uid)),
    onNode: (kind, nodeName) => objects.of(kind, nodes.get(nodeName)),
    dependents: uid => owners.get(uid),
    byUid: uid => uids.get(uid),
    entry: find,
    lastSequence: ref => resources.find(ref)?.lastSequence(ref.name) ?? 0,
    entries,
    resources: () => resources.live(),
    subscribe: listener => {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    reached: (wanted, signal) => waiting.until(wanted, sequence, signal),
    recent: after => recent.after(after),
    load: async ({ sequence: at, events }) => {
      if (sequence !== 0) throw new Error(`the cut is at ${sequence} already`)
      for await (const batch of events)
        for (const event of batch) {
          foldIfNewer(event)
          loaded = Math.max(loaded, event.sequence)
        }
      sequence = at
      recent.skipTo(at)
      waiting.reached(at)
    },
    apply: events => {
      const changes: Change[] = []
      for (const event of events) {
        if (event.sequence <= sequence) continue
        if (event.sequence <= loaded) {
          foldIfNewer(event)
          recent.skipTo(event.sequence)
        } else {
          const change = fold(event)
          recent.push(change)
          changes.push(change)
        }
        sequence = event.sequence
      }
      waiting.reached(sequence)
      if (changes.length > 0) for (const listener of [...listeners]) listener(changes)
    },
  }
}

const objectAs = <A extends KubernetesObject>(kind: Kind<A>, entry: Entry): Stored<A> => {
  const object = entry.object()
  if (kind.stored) return object as Stored<A>
  if (kind.conversion) return kind.conversion.fromStored(object) as Stored<A>
  return { ...object, apiVersion: kind.group ? `${kind.group}/${kind.version}` : kind.version } as Stored<A>
}

/** Lists of objects, made once for each list of entries: the same array as long as nothing in it changed. */
const objectLists = (): {
  of<A extends KubernetesObject>(kind: Kind<A>, entries: readonly Entry[]): readonly Stored<A>[]
} => {
  const made = new WeakMap<readonly Entry[], Map<Kind, readonly Stored<KubernetesObject>[]>>()
  return {
    of: <A extends KubernetesObject>(kind: Kind<A>, entries: readonly Entry[]) => {
      let byKind = made.get(entries)
      if (!byKind) made.set(entries, (byKind = new Map()))
      const key = kind as Kind
      const known = byKind.get(key)
      if (known) return known as readonly Stored<A>[]
      const list = entries
        .filter(entry => entry.ref.group === kind.group && entry.ref.resource === kind.resource)
        .map(entry => objectAs(kind, entry))
      byKind.set(key, list)
      return list
    },
  }
}
