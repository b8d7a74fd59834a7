import type { Kind, KubernetesObject, ObjectRef, Stored } from '@periplus/api'
import type { Random } from '@periplus/prelude'
import type { DeleteOptions } from '../command.ts'

/** What a command would make of an object. The steps of the write path hand it on, each a little further along. */
export interface Candidate {
  readonly kind: Kind
  readonly operation: 'create' | 'update' | 'delete'
  /** `undefined`: the main resource. */
  readonly subresource: string | undefined
  readonly ref: ObjectRef
  /** The object before, in the form of `kind`'s version; `undefined` for a creation. */
  readonly previous: Stored<KubernetesObject> | undefined
  /** The object after; of an ending deletion, its last state. */
  readonly next: KubernetesObject
  /** The object leaves the live state with this event. */
  readonly ends: boolean
  /** It was applied, and says already who owns which fields. */
  readonly isApplied?: boolean
  /** Of a deletion: one that disruption budgets are asked about. */
  readonly isEviction?: boolean
  /** Of a deletion. */
  readonly deleteOptions?: DeleteOptions
}

/** What building a candidate may know besides the objects. */
export interface CandidateInputs {
  /** Milliseconds since the Unix epoch. */
  readonly now: number
  readonly random: Random
  readonly newId: () => string
}
