import { X509Certificate, createHash } from 'node:crypto'

/** By which a host knows the authority that it is to trust: the hash of its public key (SubjectPublicKeyInfo). */
export const authorityHash = (pem: string): string => {
  const key = new X509Certificate(pem).publicKey.export({ type: 'spki', format: 'der' })
  return `sha256:${createHash('sha256').update(key).digest('hex')}`
}
