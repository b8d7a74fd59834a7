import { fieldError } from '@periplus/api'
import type { AuthenticationConfiguration, JwtAuthenticator } from './configuration.ts'
import { duplicates, when } from '../../configuration/errors.ts'
import type { Errors } from '../../configuration/errors.ts'
import { claimRulesErrors, mappingErrors, userRulesErrors } from './validate-claims.ts'
import { issuerErrors } from './validate-issuer.ts'

const { duplicate, invalid, tooMany } = fieldError

/** As many issuers as Kubernetes takes. */
const mostIssuers = 64

/**
 * What is wrong with an authentication configuration, in Kubernetes' words and order (`ValidateAuthenticationConfiguration` of
 * `k8s.io/apiserver`). `disallowed`: issuers of the cluster's own tokens.
 */
export const authenticationErrors = (
  { jwt = [], anonymous }: AuthenticationConfiguration,
  disallowed: readonly string[],
): Errors => {
  if (jwt.length > mostIssuers) return [tooMany('jwt', jwt.length, mostIssuers)]
  const urls = duplicates(jwt.map(({ issuer }) => issuer.url))
  const discoveryUrls = duplicates(jwt.map(({ issuer }) => issuer.discoveryURL ?? ''))
  return [
    ...jwt.flatMap((one, i) => [
      ...authenticatorErrors(one, `jwt[${i}]`, disallowed),
      ...when(urls.includes(i), () => duplicate(`jwt[${i}].issuer.url`, one.issuer.url)),
      ...when(discoveryUrls.includes(i), () => duplicate(`jwt[${i}].issuer.discoveryURL`, one.issuer.discoveryURL)),
    ]),
    ...when(anonymous?.enabled === false && (anonymous.conditions ?? []).length > 0, () =>
      invalid(
        'anonymous.conditions',
        anonymous?.conditions,
        'enabled should be set to true when conditions are defined',
      ),
    ),
  ]
}

const authenticatorErrors = (one: JwtAuthenticator, path: string, disallowed: readonly string[]): Errors => [
  ...issuerErrors(one.issuer, `${path}.issuer`, disallowed),
  ...claimRulesErrors(one.claimValidationRules ?? [], `${path}.claimValidationRules`),
  ...mappingErrors(one.claimMappings, `${path}.claimMappings`),
  ...emailErrors(one, `${path}.claimMappings.username.expression`),
  ...userRulesErrors(one.userValidationRules, `${path}.userValidationRules`),
]

/** Whoever goes by an address has to ask whether it is known to be somebody's. */
const emailErrors = ({ claimMappings, claimValidationRules = [] }: JwtAuthenticator, path: string): Errors => {
  const { username, extra = [] } = claimMappings
  const uses = (expression = '', claim: string): boolean => new RegExp(`\\bclaims\\.\\??${claim}\\b`).test(expression)
  const verifies = [
    username.expression,
    ...extra.map(one => one.valueExpression),
    ...claimValidationRules.map(one => one.expression),
  ]
  return when(uses(username.expression, 'email') && !verifies.some(one => uses(one, 'email_verified')), () =>
    invalid(
      path,
      username.expression,
      'claims.email_verified must be used in claimMappings.username.expression or claimMappings.extra[*].valueExpression or claimValidationRules[*].expression when claims.email is used in claimMappings.username.expression',
    ),
  )
}
