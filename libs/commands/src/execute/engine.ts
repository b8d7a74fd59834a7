import type { Clock, Either, Turn } from '@periplus/prelude'
import type { ObjectRef, Refusal } from '@periplus/api'
import type { KindsAt } from '@periplus/custom'
import type { EventLog } from '@periplus/log'
import type { LiveCut } from '@periplus/projection'
import type { ConvertObjects } from '@periplus/webhooks'
import type { AdmissionPlugin } from '../admission/plugin.ts'
import type { Command, Outcome } from '../command.ts'
import type { Known } from '../state/known.ts'
import type { StageContext } from '../stages/stage.ts'
import type { AuthorizeRequester } from '../policies/input.ts'
import type { Outage } from './outage.ts'
import type { Recent } from '../state/recent.ts'
import type { WebhookAdmission } from '../webhooks/webhook-admission.ts'

/** What carrying out commands takes. */
export interface Engine {
  readonly cut: LiveCut
  readonly log: EventLog
  readonly kindsAt: KindsAt
  readonly admission: readonly AdmissionPlugin[]
  readonly clock: Clock
  readonly newId: () => string
  readonly outage: Outage
  readonly admissionPatience: number
  readonly recent: Recent
  /** Absent: this process asks no webhooks. */
  readonly webhooks: WebhookAdmission | undefined
  readonly authorize: AuthorizeRequester | undefined
  readonly turn: Turn | undefined
  /** Absent: this process asks no conversion webhooks. */
  readonly convert: ConvertObjects | undefined
}

/** One try of one command. */
export interface Try {
  readonly engine: Engine
  readonly id: string
  readonly command: Command
  readonly ref: ObjectRef
  /** What the try builds on. */
  readonly known: Known
  /** Read from the log for this very try, rather than taken from what this process had heard. */
  readonly isFresh: boolean
  readonly context: StageContext
  /** The command left its name to the server. */
  readonly nameIsGenerated: boolean
}

/** What a try leads to. */
export type Step =
  | { readonly tag: 'Done'; readonly result: Either<Refusal, Outcome> }
  /**
   * Somebody else was quicker, or the cut lagged: try on what the log has now of the command's own object; `undefined` where it was
   * about another one, which the command remembers.
   */
  | { readonly tag: 'Again'; readonly known: Known | undefined }
  /** The generated name is taken: try another, or tell so. */
  | { readonly tag: 'Rename'; readonly result: Either<Refusal, Outcome> }

/** Others wait for this command's turn to end: it is to ask webhooks first, out of turn. */
export const askFirst = Symbol('webhooks are to be asked first')

export const done = (result: Either<Refusal, Outcome>): Step => ({ tag: 'Done', result })
