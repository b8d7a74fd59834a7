import { createHash } from 'node:crypto'
import { compactVerify, decodeProtectedHeader } from 'jose'
import { boundClaimsOf, legacyClaimsOf } from './claims.ts'
import type { TokenClaims } from './claims.ts'
import { signatureAlgorithm } from './signing-key.ts'
import type { SigningKey } from './signing-key.ts'

/** What a signature says doesn't change: so many tokens' answers are kept, under a digest, never the token itself. */
const kept = 2048

/** Tokens' signatures, checked once each. Whether a token still stands for somebody is asked anew every time, elsewhere. */
export interface SignatureChecks {
  /** `undefined`: not signed by this cluster, or not a service account's. */
  claims(token: string): Promise<TokenClaims | undefined>
}

export const legacyIssuer = 'kubernetes/serviceaccount'

export const signatureChecks = (key: SigningKey, issuer: string): SignatureChecks => {
  const known = new Map<string, TokenClaims>()
  return {
    claims: async token => {
      const digest = createHash('sha256').update(token).digest('base64')
      const before = known.get(digest)
      if (before) return before
      const claims = await read(token, key, issuer)
      if (!claims) return undefined
      const oldest = known.keys().next()
      if (known.size >= kept && !oldest.done) known.delete(oldest.value)
      known.set(digest, claims)
      return claims
    },
  }
}

const read = async (token: string, key: SigningKey, issuer: string): Promise<TokenClaims | undefined> => {
  try {
    const { kid } = decodeProtectedHeader(token)
    if (kid !== undefined && kid !== key.id) return undefined
    const { payload: bytes } = await compactVerify(token, key.publicKey, { algorithms: [signatureAlgorithm] })
    const payload = JSON.parse(new TextDecoder().decode(bytes)) as Record<string, unknown>
    if (payload['iss'] === legacyIssuer) return legacyClaimsOf(payload)
    return payload['iss'] === issuer ? claimsOf(payload) : undefined
  } catch {
    // Whatever is wrong with it, it is not one of ours; the reason could only help whoever made it up.
    return undefined
  }
}

const claimsOf = (payload: Readonly<Record<string, unknown>>): TokenClaims | undefined => {
  const bound = boundClaimsOf(payload['kubernetes.io'])
  const { aud, exp, nbf, jti } = payload
  if (!bound || typeof exp !== 'number') return undefined
  const audiences = (Array.isArray(aud) ? aud : [aud]).filter(audience => typeof audience === 'string')
  return {
    bound,
    audiences,
    expires: exp * 1000,
    ...(typeof nbf === 'number' ? { notBefore: nbf * 1000 } : {}),
    ...(typeof jti === 'string' ? { id: jti } : {}),
  }
}
