import { join } from 'node:path'
import type { Identity } from './certificates.ts'
import { replaceSecret } from './secret-files.ts'

/** A certificate and its key in one PEM text. */
export const bundle = ({ certificate, key }: Identity): string => certificate + key

export const unbundle = (text: string): Identity => {
  const at = text.indexOf('-----BEGIN PRIVATE KEY-----')
  return { certificate: text.slice(0, at), key: text.slice(at) }
}

/** Keeps what was issued to a node elsewhere, and whom it trusts, where its processes look for them. */
export const keepIdentity = async (
  home: string,
  node: string,
  { ca, ...identity }: Identity & { readonly ca: string },
): Promise<void> => {
  await replaceSecret(join(home, 'pki', 'ca.crt'), ca)
  await replaceSecret(join(home, 'pki', 'nodes', `${node}.pem`), bundle(identity))
}
