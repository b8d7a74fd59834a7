import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import { claimsExpression, claimsRule, userRule } from '@periplus/cel'
import type { TokenExpression, TokenValue } from '@periplus/cel'
import type { User } from '../../ports.ts'
import type { ClaimValidationRule, JwtAuthenticator, PrefixedClaimOrExpression } from './configuration.ts'

/** What a token says, once its signature, issuer, audiences and times have been checked. */
export type Claims = Readonly<Record<string, unknown>>

/** As whom a token's claims are mapped, or why as nobody. */
export type MapClaims = (claims: Claims) => Either<string, User>

type Reading<A> = (claims: Claims) => Either<string, A>

/** Names that are the cluster's own: no issuer gives them. */
const reserved = 'system:'

const everybody = 'system:authenticated'

/** The mappings and rules of one issuer, compiled. What does not compile is refused when the configuration is read. */
export const claimsMapper = ({
  claimMappings,
  claimValidationRules = [],
  userValidationRules = [],
}: JwtAuthenticator): MapClaims => {
  const { username, groups, uid, extra = [] } = claimMappings
  const rules = claimValidationRules.map(claimRule)
  const usernameOf = textBy(username, true)
  const groupsOf = groups ? textsBy(groups) : none
  const uidOf = uid ? textBy({ ...uid, prefix: '' }, false) : empty
  const extraOf = extra.map(({ key, valueExpression }) => [key, textsBy({ expression: valueExpression })] as const)
  const userRules = userValidationRules.map(({ expression, message }) =>
    ruleOf(orThrow(userRule(expression)), expression, message),
  )

  return claims => {
    for (const rule of rules) {
      const said = rule(claims)
      if (E.isLeft(said)) return said
    }
    const name = usernameOf(claims)
    if (E.isLeft(name)) return name
    const named = groupsOf(claims)
    if (E.isLeft(named)) return named
    const id = uidOf(claims)
    if (E.isLeft(id)) return id
    const more = new Map<string, readonly string[]>()
    for (const [key, read] of extraOf) {
      const values = read(claims)
      if (E.isLeft(values)) return values
      if (values.right.length > 0) more.set(key, values.right)
    }
    if (name.right.startsWith(reserved) || named.right.some(group => group.startsWith(reserved)))
      return E.left(`oidc: names that begin with ${reserved} are reserved`)
    const user = {
      username: name.right,
      ...(id.right === '' ? {} : { uid: id.right }),
      groups: named.right,
      extra: Object.fromEntries(more),
    }
    for (const rule of userRules) {
      const said = rule(user)
      if (E.isLeft(said)) return said
    }
    return E.right({
      name: name.right,
      uid: id.right,
      groups: [...named.right, everybody],
      extra: { ...user.extra, ...credentialOf(claims) },
    })
  }
}

const credentialOf = ({ jti }: Claims): User['extra'] =>
  typeof jti === 'string' && jti !== '' ? { 'authentication.kubernetes.io/credential-id': [`JTI=${jti}`] } : {}

const orThrow = (compiled: Either<string, TokenExpression>): TokenExpression => {
  if (E.isLeft(compiled)) throw new Error(`an expression that was found good does not compile: ${compiled.left}`)
  return compiled.right
}

const none: Reading<readonly string[]> = () => E.right([])
const empty: Reading<string> = () => E.right('')

const ruleOf =
  (holds: TokenExpression, source: string, message = ''): ((known: unknown) => Either<string, void>) =>
  known => {
    const said = holds(known)
    if (E.isLeft(said)) return said
    if (said.right === true) return E.right(undefined)
    return E.left(`oidc: ${message === '' ? `validation expression '${source}' failed` : message}`)
  }

const claimRule = ({ claim = '', requiredValue = '', expression = '', message }: ClaimValidationRule) => {
  if (claim === '') return ruleOf(orThrow(claimsRule(expression)), expression, message)
  return (claims: Claims): Either<string, void> => {
    const given = claims[claim]
    if (given === undefined) return E.left(`oidc: required claim ${claim} not present in ID token`)
    return given === requiredValue ? E.right(undefined) : E.left(`oidc: required claim ${claim} value does not match`)
  }
}

/** One text; where it is required, one that says something. */
const textBy = (
  { claim = '', prefix = '', expression = '' }: PrefixedClaimOrExpression,
  isRequired: boolean,
): Reading<string> => {
  if (claim === '' && expression === '') return empty
  const read = claim === '' ? orThrow(claimsExpression(expression)) : undefined
  const what = claim === '' ? `expression '${expression}'` : `claim ${claim}`
  return claims => {
    if (claim === 'email' && claims['email_verified'] !== undefined && claims['email_verified'] !== true)
      return E.left('oidc: email not verified')
    const value = read ? read(claims) : E.right(claims[claim])
    if (E.isLeft(value)) return value
    if (!isRequired && (value.right === undefined || value.right === null)) return E.right('')
    if (typeof value.right !== 'string') return E.left(`oidc: ${what} is no text`)
    return value.right === '' && isRequired ? E.left(`oidc: ${what} is empty`) : E.right(`${prefix}${value.right}`)
  }
}

/** Some texts, or one; none where there is nothing. */
const textsBy = ({
  claim = '',
  prefix = '',
  expression = '',
}: PrefixedClaimOrExpression): Reading<readonly string[]> => {
  if (claim === '' && expression === '') return none
  const read = claim === '' ? orThrow(claimsExpression(expression)) : undefined
  return claims => {
    const value: Either<string, TokenValue> = read ? read(claims) : listOfClaim(claims[claim], claim)
    if (E.isLeft(value)) return value
    const { right } = value
    if (typeof right === 'boolean') return E.left(`oidc: expression '${expression}' gave a truth`)
    const texts = right === null || right === '' ? [] : typeof right === 'string' ? [right] : right
    return E.right(texts.filter(text => text !== '').map(text => `${prefix}${text}`))
  }
}

const listOfClaim = (value: unknown, claim: string): Either<string, TokenValue> => {
  if (value === undefined || value === null) return E.right([])
  if (typeof value === 'string') return E.right([value])
  return Array.isArray(value) && value.every(one => typeof one === 'string')
    ? E.right(value as readonly string[])
    : E.left(`oidc: claim ${claim} is neither a text nor a list of texts`)
}
