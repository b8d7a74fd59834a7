import { X509Certificate, createPrivateKey } from 'node:crypto'
import { createSecureContext } from 'node:tls'
import type { SecureContext } from 'node:tls'
import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import type { Secret } from '@periplus/kinds'

/** What a host shows of itself. */
export interface Certificate {
  /** In PEM. */
  readonly chain: string
  /** Of the chain and its key, which is a secret. */
  readonly context: SecureContext
}

const known = new WeakMap<Secret, Either<string, Certificate>>()

/** The certificate in a Secret. Left: why there is none, without a word of what the Secret holds. Of one Secret it is read once. */
export const certificateIn = (secret: Secret): Either<string, Certificate> => {
  const before = known.get(secret)
  if (before) return before
  const read = readCertificate(secret)
  known.set(secret, read)
  return read
}

const readCertificate = ({ data = {} }: Secret): Either<string, Certificate> => {
  const text = (name: string): string => Buffer.from(data[name] ?? '', 'base64').toString()
  const [chain, key] = [text('tls.crt'), text('tls.key')]
  if (chain === '' || key === '') return E.left('it has no tls.crt and tls.key')
  const leaf = attempt(() => new X509Certificate(chain))
  if (!leaf) return E.left('its tls.crt is no certificate')
  const own = attempt(() => createPrivateKey(key))
  if (!own) return E.left('its tls.key is no private key')
  if (!attempt(() => leaf.checkPrivateKey(own))) return E.left('its tls.key is not the key of its certificate')
  const context = attempt(() => secureContext(chain, key))
  return context ? E.right({ chain, context }) : E.left('TLS does not take its certificate and key')
}

/** As the ingress speaks TLS with it. */
export const secureContext = (cert: string, key: string): SecureContext =>
  createSecureContext({ cert, key, minVersion: 'TLSv1.2' })

const attempt = <A>(make: () => A): A | undefined => {
  try {
    return make()
  } catch {
    return undefined
  }
}
