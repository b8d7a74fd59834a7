import { createPrivateKey, createPublicKey } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import { calculateJwkThumbprint, exportJWK } from 'jose'
import type { JWK } from 'jose'

/** The key that service account tokens are signed with. */
export interface SigningKey {
  readonly privateKey: KeyObject
  readonly publicKey: KeyObject
  /** RFC 7638 thumbprint; names the key in a token's header. */
  readonly id: string
  /** The public half, as `/openid/v1/jwks` shows it. */
  readonly jwk: JWK
}

export const signatureAlgorithm = 'ES256'

/** From a PKCS#8 PEM of an ECDSA key over P-256. */
export const signingKeyFrom = async (pem: string): Promise<SigningKey> => {
  const privateKey = createPrivateKey(pem)
  const publicKey = createPublicKey(privateKey)
  const jwk = await exportJWK(publicKey)
  const id = await calculateJwkThumbprint(jwk)
  return { privateKey, publicKey, id, jwk: { ...jwk, kid: id, alg: signatureAlgorithm, use: 'sig' } }
}
