import type { Stored } from '@periplus/api'
import type { EventDraft, Moment } from '@periplus/controller'
import type { Job, JobCondition, JobStatus, Pod } from '@periplus/kinds'
import type { Cut } from '@periplus/projection'
import type { Indexes } from './indexes.ts'

/**
 * What a decision about a job is made of: what it found, and what is to become of it. Steps return a changed sync; the commands are
 * made of it in the end.
 */
export interface Sync {
  readonly cut: Cut
  readonly moment: Moment
  readonly job: Stored<Job>
  /** Pods that are the job's, or become so by this decision, by rising index. */
  readonly pods: readonly Stored<Pod>[]
  /** Those that have neither ended nor been asked to go. */
  readonly active: readonly Stored<Pod>[]
  /** The status as it is to be. */
  readonly status: JobStatus
  /** Pods that have succeeded, those included that the status does not count yet. */
  readonly succeeded: number
  /** The same of failures. */
  readonly failed: number
  /** Of an indexed job, those that succeeded. */
  readonly succeededIndexes: Indexes
  /** Those that failed for good; `undefined` where indexes have no limits of their own. */
  readonly failedIndexes: Indexes | undefined
  /** By index, the failed pod that is kept until another takes its place and knows how often the index failed. */
  readonly keptFailures: ReadonlyMap<number, Stored<Pod>>
  /** `FailureTarget` or `SuccessCriteriaMet`, once it is known how the job ends. */
  readonly verdict: JobCondition | undefined
  /** Pods that the finalizer need hold no longer. */
  readonly released: readonly Stored<Pod>[]
  readonly deleted: readonly Stored<Pod>[]
  readonly created: readonly Pod[]
  /** When to look again, in milliseconds from now; the earliest counts. */
  readonly wakes: readonly number[]
  readonly drafts: readonly EventDraft[]
  readonly why: readonly string[]
}

export type Step = (sync: Sync) => Sync

/** With an Event about the job. */
export const told = (sync: Sync, type: EventDraft['type'], reason: string, message: string): Sync => ({
  ...sync,
  drafts: [...sync.drafts, { regarding: sync.job, type, reason, message }],
})

/** With one reason more for what is done. */
export const because = (sync: Sync, why: string): Sync => ({ ...sync, why: [...sync.why, why] })
