import type { Clock, Either, Turn } from '@periplus/prelude'
import type { KubernetesObject, Refusal } from '@periplus/api'
import type { MatchCondition } from '@periplus/kinds'
import type { WebhookClient } from '@periplus/webhooks'
import type { AdmissionContext } from '../admission/plugin.ts'
import type { AdmissionRequest } from '../admission/request.ts'

/**
 * Whether all conditions of a webhook hold for a request, whose objects are in the form that the webhook is asked in. Left: why that
 * cannot be said.
 */
export type MatchConditions = (
  conditions: readonly MatchCondition[],
  request: AdmissionRequest,
  context: AdmissionContext & { readonly turn?: Turn | undefined },
) => Promise<Either<string, boolean>>

/** What asking admission webhooks takes. */
export interface WebhookAdmission {
  readonly client: WebhookClient
  /** Absent: webhooks that have conditions are taken for ones whose conditions cannot be evaluated. */
  readonly matchConditions?: MatchConditions
}

/** What a webhook answered, as far as it was asked in the course of one command. */
export type WebhookVerdict =
  | {
      readonly tag: 'Allowed'
      /** JSON, not looked at yet; absent: nothing is changed. */
      readonly patch?: string
      readonly warnings: readonly string[]
      readonly annotations: Readonly<Record<string, string>>
    }
  | {
      readonly tag: 'Denied'
      readonly status: unknown
      readonly warnings: readonly string[]
      readonly annotations: Readonly<Record<string, string>>
    }
  /** It could not be asked, or answered what is no answer: `failurePolicy` says what that means. */
  | { readonly tag: 'Failed'; readonly message: string }

/**
 * The answers that one command has had, by question: a command that is tried again, as somebody else was quicker, asks only what it
 * has not asked yet.
 */
export interface WebhookSession {
  readonly answers: Map<string, WebhookVerdict>
  /** The same of objects in other versions. */
  readonly conversions: Map<string, Either<Refusal, KubernetesObject>>
  /** When the first was asked; from then on the command is of that moment. Milliseconds since the epoch. */
  askedAt: number | undefined
  /** Whether webhooks may be asked now. Not while others wait for this command's turn to end. */
  mayAsk: boolean
  /** When the whole command must have its answers; milliseconds since the epoch. */
  readonly deadline: number
}

/** What stages find in their context. */
export interface Webhooks extends WebhookAdmission {
  readonly clock: Clock
  readonly newId: () => string
  readonly session: WebhookSession
}
