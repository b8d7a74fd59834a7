import { compactVerify, createLocalJWKSet, errors } from 'jose'
import type { CompactVerifyResult, JSONWebKeySet } from 'jose'
import { E, messageOf, repeatedly } from '@periplus/prelude'
import type { Clock, Either } from '@periplus/prelude'
import type { GetJson } from './get-json.ts'
import type { JwtIssuer } from './configuration.ts'

/** What Kubernetes takes of OpenID Connect issuers. */
const algorithms = ['RS256', 'RS384', 'RS512', 'ES256', 'ES384', 'ES512', 'PS256', 'PS384', 'PS512']

/** How soon an issuer is asked again that did not answer, or for a key that it did not have. */
const retryMilliseconds = 10_000
/** After which keys that an issuer may have withdrawn are asked for again. */
const freshMilliseconds = 10 * 60_000
/** Requests that wait for an issuer's keys at once; more are refused. */
const mostWaiting = 100

/** The keys of one issuer, found by discovery, and asked for again when a token names one that is not known. */
export interface IssuerKeys {
  /** What a token says, if the issuer has signed it. */
  verified(token: string): Promise<Either<string, Uint8Array>>
  /** Whether it has told any. */
  areKnown(): boolean
  stop(): Promise<void>
}

export interface IssuerKeysOptions {
  readonly issuer: JwtIssuer
  readonly clock: Clock
  readonly getJson: GetJson
  /** Told why keys cannot be had. */
  readonly onTrouble: (why: string) => void
}

type Keys = ReturnType<typeof createLocalJWKSet>

/** Nobody waits for an issuer but those who show its tokens, and they no longer than a question to it takes. */
export const issuerKeys = ({ issuer, clock, getJson, onTrouble }: IssuerKeysOptions): IssuerKeys => {
  let keys: Keys | undefined
  let askedAt = -Infinity
  let asking: Promise<void> | undefined
  let waiting = 0

  const ask = async (): Promise<void> => {
    const found = await keysOf(issuer, getJson)
    if (E.isRight(found)) keys = found.right
    else onTrouble(found.left)
  }
  /** One question at a time, and none sooner than ten seconds after the last one. */
  const askAgain = (): Promise<void> | undefined => {
    if (asking || clock.now() - askedAt < retryMilliseconds) return asking
    askedAt = clock.now()
    asking = ask().finally(() => (asking = undefined))
    return asking
  }
  const isStale = (): boolean => keys === undefined || clock.now() - askedAt >= freshMilliseconds
  const beat = repeatedly(clock, retryMilliseconds, () => (isStale() ? askAgain() : undefined))
  void askAgain()

  return {
    verified: async token => {
      const first = await verify(token, keys)
      if (E.isRight(first) || first.left.tag === 'Wrong') return E.mapLeft(why)(first)
      const answer = waiting < mostWaiting ? askAgain() : undefined
      if (!answer) return E.mapLeft(why)(first)
      waiting++
      try {
        await answer
      } finally {
        waiting--
      }
      return E.mapLeft(why)(await verify(token, keys))
    },
    areKnown: () => keys !== undefined,
    stop: async () => {
      await beat.stop()
      await asking
    },
  }
}

interface Unverified {
  /** Whether other keys might make a difference. */
  readonly tag: 'Wrong' | 'NoKey'
  readonly why: string
}

const why = ({ why }: Unverified): string => why

const verify = async (token: string, keys: Keys | undefined): Promise<Either<Unverified, Uint8Array>> => {
  if (!keys) return E.left({ tag: 'NoKey', why: 'oidc: verifier for this issuer has no keys yet' })
  try {
    return E.right((await verifiedBy(token, keys)).payload)
  } catch (error) {
    const tag = error instanceof errors.JWKSNoMatchingKey ? 'NoKey' : 'Wrong'
    return E.left({ tag, why: `oidc: verify token: ${messageOf(error)}` })
  }
}

/** A token that does not say which key it is signed with may be of any that fits. */
const verifiedBy = async (token: string, keys: Keys): Promise<CompactVerifyResult> => {
  try {
    return await compactVerify(token, keys, { algorithms })
  } catch (error) {
    if (!(error instanceof errors.JWKSMultipleMatchingKeys)) throw error
    for await (const key of error) {
      const found = await compactVerify(token, key, { algorithms }).catch(() => undefined)
      if (found) return found
    }
    throw error
  }
}

const record = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}

const keysOf = async (issuer: JwtIssuer, getJson: GetJson): Promise<Either<string, Keys>> => {
  const { url, discoveryURL = '', certificateAuthority = '' } = issuer
  const ca = certificateAuthority === '' ? undefined : certificateAuthority
  const place = discoveryURL === '' ? `${url.replace(/\/$/, '')}/.well-known/openid-configuration` : discoveryURL
  const discovered = await getJson(place, ca)
  if (E.isLeft(discovered)) return discovered
  const { issuer: named, jwks_uri: keysAt } = record(discovered.right)
  if (named !== url)
    return E.left(`oidc: issuer did not match the issuer returned by provider, expected ${JSON.stringify(url)}`)
  if (typeof keysAt !== 'string' || !keysAt.startsWith('https://'))
    return E.left('oidc: the provider names no jwks_uri over https')
  const published = await getJson(keysAt, ca)
  if (E.isLeft(published)) return published
  try {
    return E.right(createLocalJWKSet(published.right as JSONWebKeySet))
  } catch (error) {
    return E.left(`oidc: the provider's keys cannot be read: ${messageOf(error)}`)
  }
}
