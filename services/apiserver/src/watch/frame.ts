import { toJson } from '@periplus/api'
import type { Status } from '@periplus/api'
import type { Entry } from '@periplus/projection'
import type { Sequence } from '@periplus/log'

export type WatchType = 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR'

/** What a watch sends, in one of the forms that can be asked for. */
export interface Framing {
  readonly contentType: string
  /** An event of the watch around an object's bytes. */
  readonly frame: (type: WatchType, object: Uint8Array) => Uint8Array
  /** The same for all watchers with equal keys, so that a frame is made once for all of them. */
  readonly key: string
  /** Any state of an object; `first` is true for the first frame of a watch (a Table then names its columns). */
  readonly object: (entry: Entry, first: boolean) => Uint8Array
  readonly bookmark: (version: Sequence, initialEventsEnd: boolean) => Uint8Array
  readonly status: (status: Status) => Uint8Array
}

const openings: Readonly<Record<WatchType, Buffer>> = {
  ADDED: Buffer.from('{"type":"ADDED","object":'),
  MODIFIED: Buffer.from('{"type":"MODIFIED","object":'),
  DELETED: Buffer.from('{"type":"DELETED","object":'),
  BOOKMARK: Buffer.from('{"type":"BOOKMARK","object":'),
  ERROR: Buffer.from('{"type":"ERROR","object":'),
}
const closing = Buffer.from('}\n')

/** A line of JSON. */
export const jsonFrame = (type: WatchType, object: Uint8Array): Uint8Array =>
  Buffer.concat([openings[type], object, closing])

/** What a change is to a watcher; `undefined` when it was and is none of its objects. */
export interface Seen {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'
  readonly entry: Entry
}

/** The same object under the version at which it left: what a DELETED shows, be it deleted or no longer selected. */
export const departed = (entry: Entry, version: Sequence): Entry => {
  const object = entry.object()
  const last = { ...object, metadata: { ...object.metadata, resourceVersion: String(version) } }
  return {
    ref: entry.ref,
    sequence: version,
    // Every watcher that an object leaves asks for it, and the first has its frame made for all.
    get bytes() {
      return Buffer.from(toJson(last))
    },
    object: () => last,
  }
}

/** The part of a change that decides what a watcher sees; `tombstone` is the last state of a deleted object. */
export interface Transition {
  readonly sequence: Sequence
  readonly before: Entry | undefined
  readonly after: Entry | undefined
  readonly tombstone: Entry | undefined
}

/** Kubernetes' rule: entering a selection is ADDED, leaving it is DELETED, with the state in which it was last selected. */
export const seenBy = (matches: (entry: Entry) => boolean, transition: Transition): Seen | undefined => {
  const { before, after, tombstone, sequence } = transition
  const did = before !== undefined && matches(before)
  const does = after !== undefined && matches(after)
  if (after && does) return { type: did ? 'MODIFIED' : 'ADDED', entry: after }
  if (!before || !did) return undefined
  return { type: 'DELETED', entry: tombstone ?? departed(before, sequence) }
}
