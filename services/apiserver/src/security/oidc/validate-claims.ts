import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import { fieldError } from '@periplus/api'
import { claimsExpression, claimsRule, userRule } from '@periplus/cel'
import { domainPrefixedPathErrors } from '@periplus/kinds'
import type {
  ClaimMappings,
  ClaimValidationRule,
  JwtAuthenticator,
  PrefixedClaimOrExpression,
} from './configuration.ts'
import { duplicates, when } from '../../configuration/errors.ts'
import type { Errors } from '../../configuration/errors.ts'

const { duplicate, invalid, required } = fieldError

const compiled = (result: Either<string, unknown>, expression: string, path: string): Errors =>
  E.isLeft(result) ? [invalid(path, expression, result.left)] : []

/** What is wrong with the rules about claims. */
export const claimRulesErrors = (rules: readonly ClaimValidationRule[], path: string): Errors => {
  // What has both, or neither, is no second of anything.
  const claims = duplicates(rules.map(({ claim = '', expression = '' }) => (expression === '' ? claim : '')))
  const expressions = duplicates(rules.map(({ claim = '', expression = '' }) => (claim === '' ? expression : '')))
  return rules.flatMap((rule, i) =>
    claimRuleErrors(rule, `${path}[${i}]`, claims.includes(i) || expressions.includes(i)),
  )
}

const claimRuleErrors = (
  { claim = '', requiredValue = '', expression = '', message = '' }: ClaimValidationRule,
  path: string,
  isRepeated: boolean,
): Errors => {
  if (claim !== '' && expression !== '') return [invalid(path, claim, "claim and expression can't both be set")]
  if (claim === '' && expression === '') return [required(path, 'claim or expression is required')]
  if (claim !== '')
    return [
      ...when(message !== '', () => invalid(`${path}.message`, message, 'may not be specified when claim is set')),
      ...when(isRepeated, () => duplicate(`${path}.claim`, claim)),
    ]
  return [
    ...when(requiredValue !== '', () =>
      invalid(`${path}.requiredValue`, requiredValue, 'may not be specified when expression is set'),
    ),
    ...(isRepeated
      ? [duplicate(`${path}.expression`, expression)]
      : compiled(claimsRule(expression), expression, `${path}.expression`)),
  ]
}

/** What is wrong with how claims become a user. */
export const mappingErrors = ({ username, groups, uid, extra = [] }: ClaimMappings, path: string): Errors => {
  const again = duplicates(extra.map(({ key }) => key))
  return [
    ...oneWayErrors(username, `${path}.username`, true),
    ...(groups ? oneWayErrors(groups, `${path}.groups`, false) : []),
    // One that is a claim has no prefix to be asked for.
    ...(uid ? oneWayErrors(uid.claim ? { ...uid, prefix: '' } : uid, `${path}.uid`, false) : []),
    ...extra.flatMap((one, i) => extraErrors(one, `${path}.extra[${i}]`, again.includes(i))),
  ]
}

const isOfKubernetes = (key: string): boolean => /^([^/]*\.)?(k8s|kubernetes)\.io\//.test(key)

const extraErrors = (
  { key, valueExpression }: NonNullable<ClaimMappings['extra']>[number],
  path: string,
  isRepeated: boolean,
): Errors => [
  ...domainPrefixedPathErrors(`${path}.key`, key),
  ...when(key !== key.toLowerCase(), () => invalid(`${path}.key`, key, 'must be lowercase')),
  ...when(isOfKubernetes(key), () =>
    invalid(`${path}.key`, key, 'k8s.io, kubernetes.io and their subdomains are reserved for Kubernetes use'),
  ),
  ...(isRepeated
    ? [duplicate(`${path}.key`, key)]
    : valueExpression === ''
      ? [required(`${path}.valueExpression`)]
      : compiled(claimsExpression(valueExpression), valueExpression, `${path}.valueExpression`)),
]

/** A claim, with its prefix, or an expression. */
const oneWayErrors = (
  { claim = '', prefix, expression = '' }: PrefixedClaimOrExpression,
  path: string,
  isRequired: boolean,
): Errors => {
  if (claim !== '' && expression !== '') return [invalid(path, '', "claim and expression can't both be set")]
  if (claim === '' && expression === '')
    return when(isRequired, () => required(path, 'claim or expression is required'))
  if (claim !== '')
    return when(prefix === undefined, () =>
      required(
        `${path}.prefix`,
        'prefix is required when claim is set. It can be set to an empty string to disable prefixing',
      ),
    )
  return [
    ...when(prefix !== undefined, () =>
      invalid(`${path}.prefix`, prefix, 'may not be specified when expression is set'),
    ),
    ...compiled(claimsExpression(expression), expression, `${path}.expression`),
  ]
}

/** What is wrong with the rules about the user. */
export const userRulesErrors = (rules: JwtAuthenticator['userValidationRules'] = [], path: string): Errors => {
  const again = duplicates(rules.map(({ expression }) => expression))
  return rules.flatMap(({ expression }, i) => {
    const own = `${path}[${i}].expression`
    if (expression === '') return [required(own)]
    return again.includes(i) ? [duplicate(own, expression)] : compiled(userRule(expression), expression, own)
  })
}
