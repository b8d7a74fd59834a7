import type { Stored } from '@periplus/api'
import type { EventDraft, Moment } from '@periplus/controller'
import type { CronJob, CronJobStatus, Job } from '@periplus/kinds'
import type { Cut } from '@periplus/projection'

/** What a decision about a cron job is made of: what it found, and what is to become of it. */
export interface Run {
  readonly cut: Cut
  readonly moment: Moment
  readonly cronJob: Stored<CronJob>
  /** Jobs that are the cron job's, and are not to go. */
  readonly jobs: readonly Stored<Job>[]
  /** Those of them that it made and that are not over. */
  readonly active: readonly Stored<Job>[]
  readonly status: CronJobStatus
  readonly deleted: readonly Stored<Job>[]
  readonly created: Job | undefined
  /** Milliseconds from now. */
  readonly wakesAfter: number | undefined
  readonly drafts: readonly EventDraft[]
  readonly why: string
}

export type Step = (run: Run) => Run

/** With an Event about the cron job. */
export const told = (run: Run, type: EventDraft['type'], reason: string, message: string): Run => ({
  ...run,
  drafts: [...run.drafts, { regarding: run.cronJob, type, reason, message }],
})
