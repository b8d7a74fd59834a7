import { pemBlocks } from '../../../validation/pem.ts'
import type { PemBlock } from '../../../validation/pem.ts'
import type { Secret } from './schema.ts'

const typesOf = (blocks: readonly PemBlock[]): string => `[${blocks.map(({ type }) => type).join(' ')}]`

const isKey = ({ type }: PemBlock): boolean => type === 'PRIVATE KEY' || type.endsWith(' PRIVATE KEY')

const noCertificate = (blocks: readonly PemBlock[]): string => {
  if (blocks.length === 0) return 'tls: failed to find any PEM data in certificate input'
  return blocks.length === 1 && blocks.every(isKey)
    ? 'tls: failed to find certificate PEM data in certificate input, but did find a private key; PEM inputs may have been switched'
    : `tls: failed to find "CERTIFICATE" PEM block in certificate input after skipping PEM blocks of the following types: ${typesOf(blocks)}`
}

const noKey = (blocks: readonly PemBlock[]): string => {
  if (blocks.length === 0) return 'tls: failed to find any PEM data in key input'
  return blocks.length === 1 && blocks[0]?.type === 'CERTIFICATE'
    ? 'tls: found a certificate rather than a key in the PEM for the private key'
    : `tls: failed to find PEM block with type ending in "PRIVATE KEY" in key input after skipping PEM blocks of the following types: ${typesOf(blocks)}`
}

/** Why a certificate and a key are none in PEM, as Go's `tls.X509KeyPair` says it; whether they are a pair is not looked at. */
const pairFault = (certificate: string, key: string): string | undefined => {
  const [certificates, keys] = [pemBlocks(certificate), pemBlocks(key)]
  if (!certificates.some(({ type }) => type === 'CERTIFICATE')) return noCertificate(certificates)
  return keys.some(isKey) ? undefined : noKey(keys)
}

/** A secret of TLS that no server can use. */
export const secretWarnings = ({ type, data = {} }: Secret): readonly string[] => {
  if (type !== 'kubernetes.io/tls') return []
  const text = (key: string): string => Buffer.from(data[key] ?? '', 'base64').toString('latin1')
  const fault = pairFault(text('tls.crt'), text('tls.key'))
  return fault === undefined ? [] : [fault]
}
