import type { Kind, KubernetesObject, ObjectRef } from '@periplus/api'
import { Pod } from '@periplus/kinds'
import type { References } from './cut/references.ts'

/** What an index looks at of an object. It is read out of the object's JSON, so that nothing is parsed for an index. */
export interface Indexed {
  readonly ref: ObjectRef
  readonly references: References
  /** What stands at a path of members, such as `involvedObject`, `uid`; `undefined` where nothing does. */
  member(...path: readonly string[]): unknown
}

interface Keyed {
  /** What the object is found by, each key once. Pure. */
  readonly keysOf: (one: Indexed) => readonly string[]
}

/**
 * How objects of a kind are found by something that stands in them. A constant of the program: a cut keeps the index from the moment
 * that somebody asks by it (`Cut.by`), for as long as the cut lives.
 */
export interface Index<A extends KubernetesObject = KubernetesObject> extends Keyed {
  readonly kind: Kind<A>
}

/** An index over the objects of every kind, those that come later included. */
export interface IndexOfEvery extends Keyed {
  readonly every: true
}

/** How far the changes of an index of one cut had come: nothing but what `Cut.changedKeys` is asked with. */
export interface IndexMark {
  readonly journal: object
  readonly at: number
}

/** What has changed in an index of a cut since somebody last asked. */
export interface KeyChanges {
  /** What to ask with next. */
  readonly mark: IndexMark
  /** All keys by which something else is found by now; there may be others among them. `undefined`: any may have changed. */
  readonly keys: ReadonlySet<string> | undefined
}

const none: readonly never[] = []

/** Pods by the name of their node; `''` gives those that have none yet. */
export const podsOnNode: Index<Pod> = { kind: Pod, keysOf: ({ references }) => [references.nodeName] }

/** Everything by the uids that its owner references name; a uid that no longer lives may still own. */
export const dependentsOf: IndexOfEvery = { every: true, keysOf: ({ references }) => references.owners }

/** One value for each kind: a cut knows an index by its being the same. */
const forEachKind = (indexFor: (kind: Kind) => Index): (<A extends KubernetesObject>(kind: Kind<A>) => Index<A>) => {
  const made = new WeakMap<Kind, Index>()
  return <A extends KubernetesObject>(kind: Kind<A>) => {
    const known = made.get(kind as Kind) ?? indexFor(kind as Kind)
    made.set(kind as Kind, known)
    return known as Index<A>
  }
}

/** Objects of a kind by the uids that their owner references name; a uid that no longer lives may still own. */
export const byOwner = forEachKind(kind => ({ kind, keysOf: ({ references }) => references.owners }))

/** Objects of a kind that no owner manages (none of their owner references says `controller`), by their namespace. */
export const unmanagedIn = forEachKind(kind => ({
  kind,
  keysOf: ({ ref, references }) => (references.managed ? none : [ref.namespace]),
}))
