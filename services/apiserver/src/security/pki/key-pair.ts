import { webcrypto } from 'node:crypto'
import { PemConverter } from './x509.ts'

type CryptoKey = webcrypto.CryptoKey

/** ECDSA over P-256: what every client of the last decade verifies, and small in a handshake. */
export const keyAlgorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }

export interface KeyPair {
  readonly publicKey: CryptoKey
  readonly privateKey: CryptoKey
}

export const generateKeyPair = (): Promise<KeyPair> =>
  webcrypto.subtle.generateKey(keyAlgorithm, true, ['sign', 'verify']) as Promise<KeyPair>

/** PKCS#8. */
export const privateKeyPem = async (key: CryptoKey): Promise<string> =>
  `${PemConverter.encode(await webcrypto.subtle.exportKey('pkcs8', key), 'PRIVATE KEY')}\n`

export const privateKeyFromPem = (pem: string): Promise<CryptoKey> =>
  webcrypto.subtle.importKey('pkcs8', PemConverter.decodeFirst(pem), keyAlgorithm, true, ['sign'])
