import type { Clock, Either } from '@periplus/prelude'
import { E } from '@periplus/prelude'

export interface TokenRequest {
  readonly namespace: string
  readonly serviceAccount: string
  /** Empty: the API server's own. */
  readonly audience: string
  readonly expirationSeconds: number
  readonly pod: { readonly name: string; readonly uid: string }
}

export interface ServiceAccountToken {
  readonly token: string
  /** Milliseconds since the epoch. */
  readonly expiresAt: number
}

/** Asks for a token bound to a pod; refused with a text for people. */
export type RequestToken = (request: TokenRequest) => Promise<Either<string, ServiceAccountToken>>

/** Of a node that has nobody to ask. */
export const noTokens: RequestToken = async () => E.left('this node was given nobody to ask for service account tokens')

export interface TokenSource {
  token(request: TokenRequest): Promise<Either<string, ServiceAccountToken>>
  forget(podUid: string): void
}

const longestMilliseconds = 24 * 3600_000

/** Tokens, asked for again when four fifths of their life, or a day, has passed; an old one does while none newer is to be had. */
export const tokenSource = (request: RequestToken, clock: Clock): TokenSource => {
  const kept = new Map<string, { readonly token: string; readonly renewAt: number; readonly expiresAt: number }>()
  return {
    token: async wanted => {
      const { pod, namespace, serviceAccount, audience, expirationSeconds } = wanted
      const key = [pod.uid, namespace, serviceAccount, audience, expirationSeconds].join('/')
      const now = clock.now()
      const known = kept.get(key)
      if (known && now < known.renewAt) return E.right(known)
      const fresh = await request(wanted)
      if (E.isLeft(fresh)) return known && now < known.expiresAt ? E.right(known) : fresh
      const { token, expiresAt } = fresh.right
      kept.set(key, { token, expiresAt, renewAt: now + Math.min((expiresAt - now) * 0.8, longestMilliseconds) })
      return E.right({ token, expiresAt })
    },
    forget: uid => {
      for (const key of kept.keys()) if (key.startsWith(`${uid}/`)) kept.delete(key)
    },
  }
}
