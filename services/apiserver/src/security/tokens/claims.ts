/** What a bound token says besides the registered claims, under `kubernetes.io`. */
export interface BoundClaims {
  readonly namespace: string
  readonly serviceaccount: NameAndUid
  readonly pod?: NameAndUid
  readonly secret?: NameAndUid
  readonly node?: NameAndUid
}

export interface NameAndUid {
  readonly name: string
  readonly uid: string
}

/** What a token turned out to say, once its signature has been checked. */
export interface TokenClaims {
  readonly bound: BoundClaims
  readonly audiences: readonly string[]
  /** Milliseconds since the epoch; absent for the tokens in secrets, which live as long as their secret. */
  readonly notBefore?: number
  readonly expires?: number
  readonly id?: string
  /** The token stands in this secret and must still be what stands there. */
  readonly legacySecret?: string
}

const record = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}

const nameAndUid = (value: unknown): NameAndUid | undefined => {
  const { name, uid } = record(value)
  return typeof name === 'string' && typeof uid === 'string' ? { name, uid } : undefined
}

/** `undefined` where the claims aren't a service account's. */
export const boundClaimsOf = (value: unknown): BoundClaims | undefined => {
  const claims = record(value)
  const account = nameAndUid(claims['serviceaccount'])
  const namespace = claims['namespace']
  if (!account || typeof namespace !== 'string') return undefined
  const [pod, secret, node] = [nameAndUid(claims['pod']), nameAndUid(claims['secret']), nameAndUid(claims['node'])]
  return { namespace, serviceaccount: account, ...(pod && { pod }), ...(secret && { secret }), ...(node && { node }) }
}

const legacy = 'kubernetes.io/serviceaccount/'

/** The claims of the tokens that stand in secrets of type `kubernetes.io/service-account-token`. */
export const legacyClaimsOf = (payload: Readonly<Record<string, unknown>>): TokenClaims | undefined => {
  const read = (name: string): string | undefined => {
    const value = payload[legacy + name]
    return typeof value === 'string' ? value : undefined
  }
  const [namespace, secret] = [read('namespace'), read('secret.name')]
  const [name, uid] = [read('service-account.name'), read('service-account.uid')]
  if (!namespace || !secret || !name || !uid) return undefined
  return { bound: { namespace, serviceaccount: { name, uid } }, audiences: [], legacySecret: secret }
}

export const legacyPayload = (namespace: string, secret: string, account: NameAndUid): Record<string, string> => ({
  [`${legacy}namespace`]: namespace,
  [`${legacy}secret.name`]: secret,
  [`${legacy}service-account.name`]: account.name,
  [`${legacy}service-account.uid`]: account.uid,
})
