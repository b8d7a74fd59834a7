import type { Kind, KubernetesObject, ObjectRef, Stored } from '@periplus/api'
import type { EventBatch, RecordedEvent, Sequence } from '@periplus/log'
import type { Index, IndexMark, IndexOfEvery, KeyChanges } from './indexes.ts'

/** One live object in a cut. */
export interface Entry {
  readonly ref: ObjectRef
  /** Its `resourceVersion`. */
  readonly sequence: Sequence
  /** JSON of the object with `metadata.resourceVersion` spliced in: what an API read answers, byte for byte. */
  readonly bytes: Uint8Array
  /** Why what is sealed in the object cannot be read here; the object is then the rest of it. */
  readonly unreadable?: string | undefined
  /** The parsed object; parsed once, at the first call. Never to be changed. */
  object(): Stored<KubernetesObject>
}

/** An entry whose labels can be had without parsing the rest of the object. */
export interface LabelledEntry extends Entry {
  labels(): Readonly<Record<string, string>> | undefined
}

/**
 * The state at exactly one sequence, across all kinds: exactly a prefix of the log, or the part of one that concerns a node (law 4). All reads are synchronous, so a
 * decision that runs without awaiting sees one moment.
 *
 * A list is the same array for as long as nothing in it changes, so what was derived from it can be remembered by it.
 */
export interface Cut {
  readonly sequence: Sequence
  get<A extends KubernetesObject>(kind: Kind<A>, namespace: string, name: string): Stored<A> | undefined
  /** By namespace, then by name; all namespaces when `namespace` is absent. */
  list<A extends KubernetesObject>(kind: Kind<A>, namespace?: string): readonly Stored<A>[]
  /** What an index finds by `key`. By namespace, then by name. */
  by<A extends KubernetesObject>(index: Index<A>, key: string): readonly Stored<A>[]
  /**
   * By which keys the index finds something else than it did at a mark; without one, or with that of another cut, or where that is too long
   * ago, by any. For what is made of all that an index finds, so that an event costs no look at each key. `undefined` where the cut does
   * not tell.
   */
  changedKeys<A extends KubernetesObject>(index: Index<A>, since: IndexMark | undefined): KeyChanges | undefined
  /** The same as entries, by group and resource before that. */
  entriesBy<A extends KubernetesObject>(index: Index<A> | IndexOfEvery, key: string): readonly LabelledEntry[]
  /**
   * Those of `kind` in the namespace that have all of these labels, of which there is at least one. By name. Kept by the labels
   * that were ever asked for, so that 5,000 pods are not looked through for the three of a service. No `Index`: any label may be
   * asked for, and an index for each would cost every change as much as there are selectors.
   */
  labelled<A extends KubernetesObject>(
    kind: Kind<A>,
    namespace: string,
    labels: Readonly<Record<string, string>>,
  ): readonly Stored<A>[]
  /** No `Index` either: a uid has one object, and a list for each would weigh as much as the object. */
  byUid(uid: string): Entry | undefined
  entry(ref: ObjectRef): Entry | undefined
  /**
   * The object's last sequence, a tombstone's included; 0 when it never was, or has been gone for long. What an append expects: where
   * that was forgotten, the log says so.
   */
  lastSequence(ref: ObjectRef): Sequence
  /** In namespace and name order. */
  entries(group: string, resource: string, namespace?: string): readonly Entry[]
  /** The group and resource of everything that has live objects. */
  resources(): readonly { readonly group: string; readonly resource: string }[]
}

/** An entry of which somebody who hears of every change can tell that it is none of his business without parsing it. */
export interface ChangedEntry extends Entry {
  readonly uid: string
  /** Whether the object's JSON has this text anywhere, such as a member's name in quotes. */
  mentions(text: string): boolean
}

/** What one event did to the state. */
export interface Change {
  readonly event: RecordedEvent
  /** `undefined` when the object did not exist before. */
  readonly before: ChangedEntry | undefined
  /** `undefined` when the event is a tombstone. */
  readonly after: ChangedEntry | undefined
}

/** A cut that follows the log: one per process, shared by everything in it. */
export interface LiveCut extends Cut {
  /** Called after every applied batch, in order, with the cut at the batch's last sequence. Returns how to stop. */
  subscribe(listener: (changes: readonly Change[]) => void): () => void
  /** Resolves when `sequence` is applied; rejects when `signal` aborts. */
  reached(sequence: Sequence, signal?: AbortSignal): Promise<void>
  /**
   * Changes with a sequence above `after`, oldest first, from the process's memory; `undefined` where memory does not reach
   * back that far and the log must be read instead.
   */
  recent(after: Sequence): readonly Change[] | undefined
}

/** The fold: a cut that events are applied to. Pure state, no I/O; used live, for replay and for the simulation. */
export interface MutableCut extends LiveCut {
  apply(events: EventBatch): void
}
