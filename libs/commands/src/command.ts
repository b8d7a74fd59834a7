import type { Kind, KubernetesObject, ObjectRef } from '@periplus/api'
import type { Sequence } from '@periplus/log'

/** What somebody wants done to one object. Plain data apart from the kind, so that a decision record can hold it. */
export type Command =
  | {
      readonly verb: 'create'
      readonly kind: Kind
      readonly object: KubernetesObject
      readonly fieldManager?: string
      readonly dryRun?: boolean
    }
  | {
      readonly verb: 'update'
      readonly kind: Kind
      readonly object: KubernetesObject
      /** `status`, `scale`, `finalize`, `binding`...: which part is written. Absent: the main resource. */
      readonly subresource?: string
      /** Who owns the fields that this sets; absent: the component that writes, under Kubernetes' name for it. */
      readonly fieldManager?: string
      readonly dryRun?: boolean
    }
  | {
      readonly verb: 'patch'
      readonly kind: Kind
      readonly ref: ObjectRef
      readonly patch: Patch
      readonly subresource?: string
      /** Refused with Conflict unless the object is at this version. */
      readonly resourceVersion?: string
      readonly fieldManager?: string
      readonly dryRun?: boolean
    }
  | {
      readonly verb: 'delete'
      readonly kind: Kind
      readonly ref: ObjectRef
      readonly options: DeleteOptions
      readonly dryRun?: boolean
    }

/** A change of an object, of one of the API's types. */
export type Patch = {
  /** Fields that the kind doesn't have are refused (`fieldValidation=Strict`) instead of dropped. */
  readonly strict?: boolean
} & (
  | { readonly type: 'json'; readonly body: readonly unknown[] }
  | { readonly type: 'merge'; readonly body: unknown }
  | { readonly type: 'strategic'; readonly body: unknown }
  /** Server-side apply of a configuration; an object that isn't there is created. `force`: fields of others are taken over. */
  | { readonly type: 'apply'; readonly body: Readonly<Record<string, unknown>>; readonly force?: boolean }
)

/** How an object is deleted, as the API's DeleteOptions say. */
export interface DeleteOptions {
  readonly gracePeriodSeconds?: number
  readonly propagationPolicy?: 'Orphan' | 'Background' | 'Foreground'
  readonly preconditions?: { readonly uid?: string; readonly resourceVersion?: string }
}

/** What came of a command that was not refused. */
export interface Outcome {
  /** The object after the command, with its `resourceVersion`; of a finished deletion, its last state. */
  readonly object: KubernetesObject
  /** The event that was written; the object's present sequence when nothing changed. */
  readonly sequence: Sequence
  readonly changed: boolean
  /** The object was not there before. */
  readonly created?: boolean
  /** The object is gone from the log's live state (rather than marked for deletion). */
  readonly deleted: boolean
  /** What the caller is told besides, in the order of the write path; absent: nothing. */
  readonly warnings?: readonly string[]
  /** What admission tells auditors of it, as its event does; absent: nothing. */
  readonly annotations?: Readonly<Record<string, string>>
}
