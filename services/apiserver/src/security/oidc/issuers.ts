import { decodeJwt } from 'jose'
import { E } from '@periplus/prelude'
import type { Clock, Either } from '@periplus/prelude'
import type { Refusal } from '@periplus/api'
import type { Tokens, User } from '../../ports.ts'
import type { AuthenticationConfiguration, JwtAuthenticator } from './configuration.ts'
import { getJson } from './get-json.ts'
import { issuerKeys } from './issuer-keys.ts'
import type { IssuerKeys } from './issuer-keys.ts'
import { claimsMapper } from './map-claims.ts'
import type { Claims, MapClaims } from './map-claims.ts'

/** Others whose tokens are good here. */
export interface Issuers {
  /** Whom a token stands for, or why nobody; `undefined`: it says to be of none of these. */
  user(token: string): Promise<Either<string, User>> | undefined
}

/** Issuers whose keys are asked for while they run. */
export interface RunningIssuers extends Issuers {
  /** Whether each has told its keys. */
  isReady(): boolean
  stop(): Promise<void>
}

export interface IssuersOptions {
  readonly configuration: AuthenticationConfiguration
  readonly clock: Clock
  readonly onTrouble: (issuer: string, why: string) => void
}

interface Known {
  readonly config: JwtAuthenticator
  readonly keys: IssuerKeys
  readonly map: MapClaims
}

/** The clocks of issuers may be ahead; what has expired has expired. */
const earlyMilliseconds = 5 * 60_000

/** The issuers of a configuration that was found good. Their keys are asked for at once. */
export const configuredIssuers = ({ configuration, clock, onTrouble }: IssuersOptions): RunningIssuers => {
  const ask = getJson(clock)
  const known = new Map(
    (configuration.jwt ?? []).map((config): readonly [string, Known] => {
      const { issuer } = config
      const tell = (why: string): void => onTrouble(issuer.url, why)
      const keys = issuerKeys({ issuer, clock, getJson: ask, onTrouble: tell })
      return [issuer.url, { config, keys, map: claimsMapper(config) }]
    }),
  )
  return {
    user: token => {
      const of = known.get(issuerOf(token) ?? '')
      return of && userOf(token, of, clock)
    },
    isReady: () => [...known.values()].every(({ keys }) => keys.areKnown()),
    stop: async () => {
      await Promise.all([...known.values()].map(({ keys }) => keys.stop()))
    },
  }
}

/** What a token says of where it is from, not checked yet. */
const issuerOf = (token: string): string | undefined => {
  try {
    return decodeJwt(token).iss
  } catch {
    return undefined
  }
}

const userOf = async (token: string, { config, keys, map }: Known, clock: Clock): Promise<Either<string, User>> => {
  const verified = await keys.verified(token)
  if (E.isLeft(verified)) return verified
  const claims = JSON.parse(new TextDecoder().decode(verified.right)) as Claims
  const fault = faultOf(claims, config, clock.now())
  return fault === undefined ? map(claims) : E.left(fault)
}

const faultOf = ({ iss, aud, exp, nbf }: Claims, { issuer }: JwtAuthenticator, now: number): string | undefined => {
  if (iss !== issuer.url) return 'oidc: id token issued by a different provider'
  const audiences: readonly unknown[] = Array.isArray(aud) ? aud : [aud]
  if (!issuer.audiences.some(audience => audiences.includes(audience)))
    return `oidc: expected audience in ${JSON.stringify(issuer.audiences)}`
  if (typeof exp !== 'number' || exp * 1000 <= now) return 'oidc: token is expired'
  if (typeof nbf === 'number' && nbf * 1000 > now + earlyMilliseconds) return 'oidc: token is not valid yet'
  return undefined
}

/** Tokens of the cluster, and those of others, which are for the API server alone. */
export const withIssuers = <T extends Tokens>(tokens: T, issuers: Issuers, ownAudience: string): T => ({
  ...tokens,
  review: async (token, audiences): Promise<Either<Refusal, { user: User; audiences: readonly string[] }>> => {
    const found = issuers.user(token)
    if (!found) return tokens.review(token, audiences)
    const good = audiences.filter(audience => audience === ownAudience)
    if (audiences.length > 0 && good.length === 0) return refused('token is for the API server alone')
    const user = await found
    return E.isLeft(user) ? refused(user.left) : E.right({ user: user.right, audiences: good })
  },
})

const refused = (why: string): Either<Refusal, never> =>
  E.left({ tag: 'Unauthorized', message: `invalid bearer token, ${why}` })
