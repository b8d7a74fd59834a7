import type { Either } from '@periplus/prelude'
import type { KubernetesObject, ObjectRef, Refusal } from '@periplus/api'
import type { Origin } from '@periplus/log'
import type { Cut } from '@periplus/projection'
import type { Candidate, Moment } from '../candidate/candidate.ts'

/** What a plugin may know besides the candidate. */
export interface AdmissionContext extends Moment {
  readonly cut: Cut
  readonly origin: Origin
}

/**
 * An admission plugin: pure over the cut, named as in Kubernetes. The chain runs every `mutate` in order, then the defaults and
 * the validation, then every `validate` in order.
 */
export interface AdmissionPlugin {
  readonly name: string
  /** Creations and updates; gives the object, changed or not. */
  readonly mutate?: (candidate: Candidate, context: AdmissionContext) => Either<AdmissionRefusal, KubernetesObject>
  /** Creations, updates and deletions; `undefined` lets it pass. */
  readonly validate?: (candidate: Candidate, context: AdmissionContext) => AdmissionRefusal | undefined
  /** What the caller is told besides, of a candidate that every plugin let pass; `Warning` headers over HTTP. */
  readonly warnings?: (candidate: Candidate, context: AdmissionContext) => readonly string[]
}

export interface AdmissionRefusal {
  readonly refusal: Refusal
  /**
   * What the plugin misses and what may just be on its way, such as a new namespace's service account: the write path waits
   * for it a bounded time before it refuses.
   */
  readonly awaits?: ObjectRef
  /** Milliseconds to wait at most; absent: as long as the write path's patience for admission. */
  readonly patience?: number
}
