import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import { reviewCondition } from '@periplus/cel'
import type { ReviewCondition } from '@periplus/cel'
import type { ServerAccess } from '@periplus/service'
import { readChecked } from '../../configuration/read-configuration.ts'
import { authorizationConfiguration, millisecondsIn } from './authorization-configuration.ts'
import type { AuthorizerConfiguration, WebhookConfiguration } from './authorization-configuration.ts'
import { authorizationErrors } from './authorization-errors.ts'
import { reviewServer } from './review-webhook.ts'

/** A webhook that judges, as it is configured. */
export interface ConfiguredWebhook {
  readonly tag: 'Webhook'
  readonly name: string
  readonly access: ServerAccess
  readonly version: 'v1' | 'v1beta1'
  readonly timeoutMilliseconds: number
  /** How long an answer is good for; 0: for its request alone. */
  readonly keptMilliseconds: { readonly allowed: number; readonly other: number }
  /** What a silent webhook means. */
  readonly onFailure: 'NoOpinion' | 'Deny'
  readonly conditions: readonly ReviewCondition[]
}

/** Who judges. */
export type ConfiguredAuthorizer = { readonly tag: 'Node' | 'RBAC' } | ConfiguredWebhook

/** Who judges, in their order, as a file says it. Left: a line for each fault. */
export const readAuthorization = (text: string): Either<readonly string[], readonly ConfiguredAuthorizer[]> => {
  const read = readChecked(authorizationConfiguration, text, ({ authorizers = [] }) => authorizationErrors(authorizers))
  if (E.isLeft(read)) return read
  const { authorizers = [] } = read.right
  return E.mapLeft((fault: string): readonly string[] => [fault])(E.sequenceArray(authorizers.map(authorizerOf)))
}

const authorizerOf = ({ type, name, webhook = {} }: AuthorizerConfiguration): Either<string, ConfiguredAuthorizer> =>
  type === 'Webhook'
    ? E.map((access: ServerAccess): ConfiguredAuthorizer => ({ tag: 'Webhook', name, access, ...settingsOf(webhook) }))(
        reviewServer(webhook.connectionInfo?.kubeConfigFile ?? ''),
      )
    : E.right({ tag: type as 'Node' | 'RBAC' })

const settingsOf = (webhook: WebhookConfiguration): Omit<ConfiguredWebhook, 'tag' | 'name' | 'access'> => {
  const { timeout, authorizedTTL, unauthorizedTTL } = millisecondsIn(webhook)
  return {
    version: webhook.subjectAccessReviewVersion === 'v1beta1' ? 'v1beta1' : 'v1',
    timeoutMilliseconds: timeout,
    keptMilliseconds: {
      allowed: webhook.cacheAuthorizedRequests === false ? 0 : authorizedTTL,
      other: webhook.cacheUnauthorizedRequests === false ? 0 : unauthorizedTTL,
    },
    onFailure: webhook.failurePolicy === 'NoOpinion' ? 'NoOpinion' : 'Deny',
    conditions: (webhook.matchConditions ?? []).flatMap(({ expression }) => {
      const compiled = reviewCondition(expression)
      return E.isLeft(compiled) ? [] : [compiled.right]
    }),
  }
}
