import { createHash } from 'node:crypto'
import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import { badRequest } from '@periplus/api'
import type { Refusal } from '@periplus/api'
import type { AdmissionRefusal } from '../admission/plugin.ts'
import { failsOpen } from './hooks.ts'
import type { Hook } from './hooks.ts'
import { deniedBy, reviewBody, reviewVersionOf, verdictOf } from './review.ts'
import type { WebhookVerdict, Webhooks } from './webhook-admission.ts'
import type { AdmissionNote } from '../admission/note.ts'

/** As large as what a client may send: nobody needs a larger patch. */
const mostBytes = 3 * 1024 * 1024

/** What is to be asked of one webhook. */
export interface WebhookQuestion {
  readonly hook: Hook
  readonly mutating: boolean
  readonly dryRun: boolean
  /** As `reviewRequest` writes it. */
  readonly request: Uint8Array
}

/** What came of asking a webhook that lets pass. */
export interface Passed {
  readonly patch?: string
  readonly warnings: readonly string[]
  readonly note: AdmissionNote | undefined
}

/** The whole command had its time. */
export const timedOut: Refusal = {
  tag: 'Timeout',
  message: 'request did not complete within requested timeout - context deadline exceeded',
}

const dryRunnable: ReadonlySet<string> = new Set(['None', 'NoneOnDryRun'])

const keyOf = ({ hook, request }: WebhookQuestion): string =>
  createHash('sha256').update(hook.id).update('\n').update(request).digest('base64')

const refused = (refusal: Refusal): Either<AdmissionRefusal, never> => E.left({ refusal })

/** Asks a webhook, or takes what it answered to the same question before. Left: the command is refused. */
export const ask = async (question: WebhookQuestion, webhooks: Webhooks): Promise<Either<AdmissionRefusal, Passed>> => {
  const { hook, dryRun } = question
  const { session, clock } = webhooks
  if (dryRun && !dryRunnable.has(hook.webhook.sideEffects))
    return refused(badRequest(`admission webhook ${JSON.stringify(hook.webhook.name)} does not support dry run`))
  const key = keyOf(question)
  const before = session.answers.get(key)
  if (before) return concluded(hook, before)
  if (!session.mayAsk) return E.left({ refusal: timedOut, asksFirst: true })
  const left = session.deadline - clock.now()
  if (left <= 0) return refused(timedOut)
  session.askedAt ??= clock.now()
  const verdict = await answerOf(question, webhooks, left)
  session.answers.set(key, verdict)
  return concluded(hook, verdict)
}

const answerOf = async (
  { hook, mutating, request }: WebhookQuestion,
  { client, newId }: Webhooks,
  left: number,
): Promise<WebhookVerdict> => {
  const { admissionReviewVersions, clientConfig, timeoutSeconds } = hook.webhook
  const version = reviewVersionOf(admissionReviewVersions)
  if (!version)
    return {
      tag: 'Failed',
      message:
        'could not create admission objects: webhook does not accept known AdmissionReview versions (v1, v1beta1)',
    }
  const uid = newId()
  const timeoutMilliseconds = Math.min(Number(timeoutSeconds ?? 10) * 1000, left)
  const body = reviewBody(version, uid, request)
  const answer = await client.call({ address: clientConfig, body, timeoutMilliseconds, mostBytes })
  if (E.isLeft(answer)) return { tag: 'Failed', message: `failed to call webhook: ${answer.left.message}` }
  const verdict = verdictOf(answer.right, uid, version, mutating)
  return E.isLeft(verdict)
    ? { tag: 'Failed', message: `received invalid webhook response: ${verdict.left}` }
    : verdict.right
}

/** What a webhook that failed means for the command, by its policy. */
export const failed = (hook: Hook, message: string): Either<AdmissionRefusal, Passed> => {
  if (failsOpen(hook)) return E.right({ warnings: [], note: { by: nameOf(hook), failedOpen: true } })
  const words = `failed calling webhook ${JSON.stringify(hook.webhook.name)}: ${message}`
  return refused({ tag: 'InternalError', message: words })
}

const nameOf = ({ configuration, webhook }: Hook): string => `${configuration}/${webhook.name}`

const concluded = (hook: Hook, verdict: WebhookVerdict): Either<AdmissionRefusal, Passed> => {
  switch (verdict.tag) {
    case 'Failed':
      return failed(hook, verdict.message)
    case 'Denied':
      return refused(deniedBy(hook.webhook.name, verdict.status))
    case 'Allowed': {
      const { annotations, warnings, patch } = verdict
      const note = { by: nameOf(hook), ...(Object.keys(annotations).length === 0 ? {} : { annotations }) }
      return E.right({ warnings, note, ...(patch === undefined ? {} : { patch }) })
    }
  }
}
