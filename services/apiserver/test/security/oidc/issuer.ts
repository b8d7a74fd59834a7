import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { SignJWT, exportJWK, generateKeyPair } from 'jose'
import type { CryptoKey, JWK } from 'jose'
import { issued } from '@periplus/webhooks/contract'

/** An OpenID Connect issuer on a loopback port. */
export interface TestIssuer {
  readonly url: string
  readonly ca: string
  /** How often its keys were asked for. */
  readonly asked: () => number
  /** From now on signs with a new key, and has no other. */
  rotate(): Promise<void>
  /** From now on takes questions and answers none. */
  hang(): void
  sign(claims: Readonly<Record<string, unknown>>, expires: number): Promise<string>
  stop(): void
}

export const testIssuer = async (): Promise<TestIssuer> => {
  const { cert, key } = await issued(['localhost'])
  let isHanging = false
  let asked = 0
  let number = 0
  let signing: { readonly privateKey: CryptoKey; readonly jwk: JWK } | undefined
  const rotate = async (): Promise<void> => {
    const { privateKey, publicKey } = await generateKeyPair('ES256')
    signing = { privateKey, jwk: { ...(await exportJWK(publicKey)), kid: `key-${number++}`, alg: 'ES256', use: 'sig' } }
  }
  await rotate()
  const server = createServer({ cert, key }, (request, response) => {
    if (isHanging) return
    if (request.url === '/keys') asked++
    const document = request.url === '/keys' ? { keys: [signing?.jwk] } : { issuer: url, jwks_uri: `${url}/keys` }
    response.end(JSON.stringify(document))
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const url = `https://localhost:${(server.address() as AddressInfo).port}`
  return {
    url,
    ca: cert,
    asked: () => asked,
    rotate,
    hang: () => {
      isHanging = true
    },
    sign: (claims, expires) => {
      if (!signing) throw new Error('there is no key')
      return new SignJWT({ iss: url, aud: 'periplus', ...claims })
        .setProtectedHeader({ alg: 'ES256', kid: signing.jwk.kid ?? '' })
        .setExpirationTime(Math.floor(expires / 1000))
        .sign(signing.privateKey)
    },
    stop: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}
