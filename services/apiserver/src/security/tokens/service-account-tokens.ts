import { randomUUID } from 'node:crypto'
import { SignJWT } from 'jose'
import { formatTime } from '@periplus/api'
import type { Pod } from '@periplus/kinds'
import { E } from '@periplus/prelude'
import type { Clock, Either } from '@periplus/prelude'
import type { Refusal, Stored } from '@periplus/api'
import type { Cut } from '@periplus/projection'
import type { TokenIssue, Tokens, User } from '../../ports.ts'
import { staleBecause } from './check-against-cut.ts'
import { legacyPayload } from './claims.ts'
import type { BoundClaims, NameAndUid, TokenClaims } from './claims.ts'
import { signatureAlgorithm, signingKeyFrom } from './signing-key.ts'
import { legacyIssuer, signatureChecks } from './verify.ts'

export interface TokenOptions {
  readonly cut: Cut
  readonly clock: Clock
  /** PKCS#8 PEM. */
  readonly key: string
  /** Also the API server's audience; default `https://kubernetes.default.svc.cluster.local`. */
  readonly issuer?: string
}

/** Service account tokens: bound ones that are issued and checked, and those in secrets. */
export interface ServiceAccountTokens extends Tokens {
  readonly issuer: string
  /** The token of a secret of type `kubernetes.io/service-account-token`: it does not expire, it dies with the secret. */
  legacy(namespace: string, secret: string, account: NameAndUid): Promise<string>
  readonly publicDocuments: Readonly<Record<string, () => unknown>>
}

export const defaultIssuer = 'https://kubernetes.default.svc.cluster.local'
const jwksPath = '/openid/v1/jwks'

export const serviceAccountTokens = async (options: TokenOptions): Promise<ServiceAccountTokens> => {
  const { cut, clock, issuer = defaultIssuer } = options
  const key = await signingKeyFrom(options.key)
  const checks = signatureChecks(key, issuer)
  const header = { alg: signatureAlgorithm, kid: key.id }

  const review = async (token: string, audiences: readonly string[]): Promise<Either<Refusal, Reviewed>> => {
    const claims = await checks.claims(token)
    if (!claims) return invalid('invalid bearer token')
    const now = clock.now()
    if (claims.expires !== undefined && claims.expires <= now)
      return invalid('invalid bearer token, service account token has expired')
    if (claims.notBefore !== undefined && claims.notBefore > now)
      return invalid('invalid bearer token, service account token is not valid yet')
    const wanted = audiences.length > 0 ? audiences : [issuer]
    const good = (claims.legacySecret === undefined ? claims.audiences : [issuer]).filter(one => wanted.includes(one))
    if (good.length === 0)
      return invalid(
        `invalid bearer token, token audiences ${list(claims.audiences)} is invalid for the target audiences ${list(wanted)}`,
      )
    const stale = staleBecause(cut, claims, token, now)
    return stale ? invalid(`invalid bearer token, ${stale}`) : E.right({ user: userOf(claims), audiences: good })
  }

  return {
    issuer,
    review,
    issue: async request => {
      const now = Math.floor(clock.now() / 1000)
      const expires = now + request.expirationSeconds
      const token = await new SignJWT({ 'kubernetes.io': { ...boundOf(request, cut) } })
        .setProtectedHeader(header)
        .setIssuer(issuer)
        .setSubject(userName(request.serviceAccount.metadata.namespace ?? '', request.serviceAccount.metadata.name))
        .setAudience(request.audiences.length > 0 ? [...request.audiences] : [issuer])
        .setIssuedAt(now)
        .setNotBefore(now)
        .setExpirationTime(expires)
        .setJti(randomUUID())
        .sign(key.privateKey)
      return E.right({ token, expirationTimestamp: formatTime(expires * 1000) })
    },
    legacy: (namespace, secret, account) =>
      new SignJWT(legacyPayload(namespace, secret, account))
        .setProtectedHeader(header)
        .setIssuer(legacyIssuer)
        .setSubject(userName(namespace, account.name))
        .sign(key.privateKey),
    publicDocuments: {
      '/.well-known/openid-configuration': () => ({
        issuer,
        jwks_uri: `${issuer}${jwksPath}`,
        response_types_supported: ['id_token'],
        subject_types_supported: ['public'],
        id_token_signing_alg_values_supported: [signatureAlgorithm],
      }),
      [jwksPath]: () => ({ keys: [key.jwk] }),
    },
  }
}

interface Reviewed {
  readonly user: User
  readonly audiences: readonly string[]
}

const invalid = (message: string): Either<Refusal, never> => E.left({ tag: 'Unauthorized', message })
const list = (values: readonly string[]): string => `[${values.map(value => JSON.stringify(value)).join(' ')}]`
const userName = (namespace: string, name: string): string => `system:serviceaccount:${namespace}:${name}`

const boundOf = ({ serviceAccount, boundObject }: TokenIssue, cut: Cut): BoundClaims => {
  const { name, uid, namespace = '' } = serviceAccount.metadata
  const claims: BoundClaims = { namespace, serviceaccount: { name, uid } }
  if (!boundObject) return claims
  const to = { name: boundObject.name, uid: boundObject.uid }
  if (boundObject.kind === 'Secret') return { ...claims, secret: to }
  if (boundObject.kind === 'Node') return { ...claims, node: to }
  const node = nodeOf(cut, namespace, boundObject.name)
  return { ...claims, pod: to, ...(node && { node }) }
}

const nodeOf = (cut: Cut, namespace: string, podName: string): NameAndUid | undefined => {
  const entry = cut.entry({ group: '', resource: 'pods', namespace, name: podName })
  const name = (entry?.object() as Stored<Pod> | undefined)?.spec?.nodeName
  if (!name) return undefined
  const uid = cut.entry({ group: '', resource: 'nodes', namespace: '', name })?.object().metadata.uid
  return uid ? { name, uid } : undefined
}

const userOf = ({ bound, id }: TokenClaims): User => {
  const { namespace, serviceaccount, pod, node } = bound
  const extra = (key: string, value: string | undefined): Record<string, readonly string[]> =>
    value === undefined ? {} : { [`authentication.kubernetes.io/${key}`]: [value] }
  return {
    name: userName(namespace, serviceaccount.name),
    uid: serviceaccount.uid,
    groups: ['system:serviceaccounts', `system:serviceaccounts:${namespace}`, 'system:authenticated'],
    extra: {
      ...extra('credential-id', id && `JTI=${id}`),
      ...extra('pod-name', pod?.name),
      ...extra('pod-uid', pod?.uid),
      ...extra('node-name', node?.name),
      ...extra('node-uid', node?.uid),
    },
  }
}
