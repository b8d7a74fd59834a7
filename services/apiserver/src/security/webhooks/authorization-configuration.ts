import { schema } from '@periplus/api'
import type { TypeOf } from '@periplus/api'
import { duration, millisecondsOf } from '../../configuration/duration.ts'

const { boolean, list, optional, required, string, struct } = schema
const pkg = 'io.k8s.apiserver.pkg.apis.apiserver.v1'

const WebhookConfiguration = struct(`${pkg}.WebhookConfiguration`, {
  authorizedTTL: optional(undefined, duration),
  cacheAuthorizedRequests: optional(undefined, boolean),
  unauthorizedTTL: optional(undefined, duration),
  cacheUnauthorizedRequests: optional(undefined, boolean),
  timeout: optional(undefined, duration),
  subjectAccessReviewVersion: optional(undefined, string),
  matchConditionSubjectAccessReviewVersion: optional(undefined, string),
  failurePolicy: optional(undefined, string),
  connectionInfo: optional(
    undefined,
    struct(`${pkg}.WebhookConnectionInfo`, {
      type: optional(undefined, string),
      kubeConfigFile: optional(undefined, string),
    }),
  ),
  matchConditions: optional(
    undefined,
    list(struct(`${pkg}.WebhookMatchCondition`, { expression: required(undefined, string) })),
  ),
})

const AuthorizerConfiguration = struct(`${pkg}.AuthorizerConfiguration`, {
  type: required(undefined, string),
  name: required(undefined, string),
  webhook: optional(undefined, WebhookConfiguration),
})

const AuthorizationConfigurationSchema = struct(`${pkg}.AuthorizationConfiguration`, {
  apiVersion: optional(undefined, string),
  kind: optional(undefined, string),
  authorizers: optional(undefined, list(AuthorizerConfiguration)),
})

export type WebhookConfiguration = TypeOf<typeof WebhookConfiguration>
export type AuthorizerConfiguration = TypeOf<typeof AuthorizerConfiguration>

/** Who judges what people may, in which order: `apiserver.config.k8s.io` AuthorizationConfiguration. */
export const authorizationConfiguration = {
  group: 'apiserver.config.k8s.io',
  version: 'v1',
  kind: 'AuthorizationConfiguration',
  schema: AuthorizationConfigurationSchema,
} as const

/** How long answers are good for where a configuration says nothing, or nothing but zero. */
const [usuallyAllowed, usuallyNot] = [5 * 60_000, 30_000]

/** The milliseconds in a configuration. */
export const millisecondsIn = ({
  timeout = '0s',
  authorizedTTL = '0s',
  unauthorizedTTL = '0s',
}: WebhookConfiguration) => ({
  timeout: millisecondsOf(timeout),
  authorizedTTL: millisecondsOf(authorizedTTL) || usuallyAllowed,
  unauthorizedTTL: millisecondsOf(unauthorizedTTL) || usuallyNot,
})
