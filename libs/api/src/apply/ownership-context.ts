import type { FieldSet } from './field-set.ts'
import type { Ownership } from './managed-fields.ts'
import type { MergeType } from './merge-type.ts'

/** An object's form in another version, and that version's type. */
export type InVersion = (
  object: unknown,
  apiVersion: string,
) => { readonly object: unknown; readonly type: MergeType } | undefined

/** What both ways of writing need. */
export interface OwnershipContext {
  /** Of the version that is written. */
  readonly type: MergeType
  /** Fields that this way of writing never sets, such as the status by the main resource. */
  readonly ignored: FieldSet
  /** `undefined` for a version that there is no more: what is owned in it is forgotten. */
  readonly inVersion: InVersion
  /** The types may be others than those by which fields were owned: kinds that are described at run time. */
  readonly isDescribed: boolean
  /** RFC 3339. */
  readonly now: string
}

/** By owner's key. */
export type Owners = ReadonlyMap<string, Ownership>
