import type { ObjectRef } from '@periplus/api'
import type { RecordedEvent, Sequence } from '@periplus/log'
import type { Change, MutableCut } from '../cut.ts'
import type { Snapshot } from '../store/snapshot.ts'
import { backlog } from './backlog.ts'
import { byteSlabs } from './byte-slabs.ts'
import { ObjectEntry } from './object-entry.ts'
import { objectAs } from './object-lists.ts'
import { resourceCollections } from './resource-collections.ts'
import { UidIndex } from './uid-index.ts'
import { waiters } from './waiters.ts'

/** How much a cut keeps of what went before. */
export interface MutableCutOptions {
  /** How many changes `recent` reaches back at most. Default 4,096. */
  readonly recentLimit?: number
  /** How many bytes of events those changes may hold. Default 16 MiB. */
  readonly recentBytes?: number
  /**
   * What a listener threw is reported here, and costs the cut and the other listeners nothing. Absent: `apply` throws it, once
   * everything is applied and everybody told.
   */
  readonly onListenerThrow?: (error: unknown) => void
}

/** A cut that can also start from a snapshot. */
export interface LoadableCut extends MutableCut {
  /**
   * Fills an empty cut. A snapshot may hold objects that are newer than its sequence; the cut is exact again once the log's
   * events up to the newest of them have been applied, which changes tell nothing of.
   */
  load(snapshot: Snapshot): Promise<void>
  /**
   * Of a cut that holds a declared part of the log: what leads to the part at `through`. Each event takes its object's place, whatever its
   * sequence, as an object may be part of it long after it was written. Such a cut remembers no changes (`recent`).
   */
  take(events: readonly RecordedEvent[], through: Sequence): void
}

/** A cut that events are applied to. */
export const mutableCut = (options: MutableCutOptions = {}): LoadableCut => {
  const { recentLimit = 4096, recentBytes = 16 * 1024 * 1024 } = options
  const resources = resourceCollections()
  const slabs = byteSlabs()
  const uids = new UidIndex(resources.slots)
  /** An entry shares its event's bytes while the event is remembered; one that outlives it gets its own. */
  const copyIntoSlab = ({ after }: Change): void => {
    if (after instanceof ObjectEntry && !after.superseded) after.copyIntoSlab(slabs)
  }
  const recent = backlog(recentLimit, recentBytes, copyIntoSlab)
  const waiting = waiters()
  const listeners = new Set<Listener>()
  let sequence: Sequence = 0
  /** Newest sequence of a loaded snapshot. */
  let loaded: Sequence = 0

  const fold = (event: RecordedEvent): Change => {
    const { ref, type } = event
    const collection = resources.collectionFor(ref)
    let slot = collection.find(ref.name)
    const before = slot?.entry
    if (before) {
      before.superseded = true
      slabs.release(before)
    }
    const after = type === 'deleted' ? undefined : new ObjectEntry(event)
    if (!after) {
      collection.tombstone(slot, ref.name, event.sequence)
      if (collection.size === 0) resources.emptied(ref)
    } else if (slot) collection.replace(slot, after)
    else slot = collection.put(after)
    if (slot) uids.changed(slot, before)
    return { event, before, after }
  }
  /** For events that nobody is told of, and that no backlog keeps. */
  const foldIfNewer = (event: RecordedEvent): void => {
    if (event.sequence > (resources.find(event.ref)?.lastSequence(event.ref.name) ?? 0)) copyIntoSlab(fold(event))
  }
  const find = (ref: ObjectRef): ObjectEntry | undefined => resources.find(ref)?.find(ref.name)?.entry

  return {
    get sequence() {
      return sequence
    },
    get: (kind, namespace, name) => {
      const entry = find({ group: kind.group, resource: kind.resource, namespace, name })
      return entry && objectAs(kind, entry)
    },
    list: (kind, namespace) => resources.objects(kind, namespace),
    by: (index, key) => {
      const list = resources.by(index, key)
      return list ? list.objects.of(index.kind, list.entries()) : none
    },
    changedKeys: (index, since) => resources.changedKeys(index, since),
    entriesBy: (index, key) => resources.by(index, key)?.entries() ?? none,
    labelled: (kind, namespace, labels) => resources.labelled(kind, namespace, labels),
    byUid: uid => uids.get(uid),
    entry: find,
    lastSequence: ref => resources.find(ref)?.lastSequence(ref.name) ?? 0,
    entries: (group, resource, namespace) => resources.entries(group, resource, namespace),
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
    take: (events, through) => {
      const changes = events.map(fold)
      changes.forEach(copyIntoSlab)
      sequence = Math.max(sequence, through)
      recent.skipTo(sequence)
      waiting.reached(sequence)
      if (changes.length > 0) tellAll([...listeners], changes, options.onListenerThrow)
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
      // What follows the last event, or stands instead of events, is none: the state at that sequence is the same.
      if ((events.through ?? 0) > sequence) sequence = events.through as Sequence
      waiting.reached(sequence)
      if (changes.length > 0) tellAll([...listeners], changes, options.onListenerThrow)
    },
  }
}

type Listener = (changes: readonly Change[]) => void

const tellAll = (
  listeners: readonly Listener[],
  changes: readonly Change[],
  onThrow: MutableCutOptions['onListenerThrow'],
): void => {
  const thrown: unknown[] = []
  for (const listener of listeners)
    try {
      listener(changes)
    } catch (error) {
      thrown.push(error)
    }
  if (onThrow) thrown.forEach(onThrow)
  else if (thrown.length > 0) throw thrown[0]
}

/** One for all, because a list is the same array for as long as nothing in it changes. */
const none: readonly never[] = []
