import type { ObjectRef } from '@periplus/api'
import type { Sequence } from '../event.ts'

/** For all nodes, or for one, by its name. */
export type Audience = { readonly tag: 'All' } | { readonly tag: 'Node'; readonly node: string }

/** What is said of an object. */
export interface ToldObject {
  readonly ref: ObjectRef
  readonly audience: Audience
  /** The log's sequence of what is told. */
  readonly sequence: Sequence
  readonly uid: string
  /** The object as JSON without `resourceVersion`; absent: it is none of the audience's concern any more. */
  readonly body?: Uint8Array
}

/** An object that one node is told of. */
export type ToldToNode = ToldObject & { readonly audience: { readonly tag: 'Node' } }
/** An object that all nodes are told of. */
export type ToldToAll = ToldObject & { readonly audience: { readonly tag: 'All' } }
