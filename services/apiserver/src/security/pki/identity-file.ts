import { join } from 'node:path'
import type { Identity } from './certificates.ts'
import { readSecret, replaceSecret } from './secret-files.ts'

/** A certificate and its key in one PEM text. */
export const bundle = ({ certificate, key }: Identity): string => certificate + key

export const unbundle = (text: string): Identity => {
  const at = text.indexOf('-----BEGIN PRIVATE KEY-----')
  return { certificate: text.slice(0, at), key: text.slice(at) }
}

/** What `Pki.node` has issued, for the node itself, without the authority's key. `undefined`: nothing yet. */
export const issuedIdentity = async (
  home: string,
  node: string,
): Promise<(Identity & { readonly ca: string }) | undefined> => {
  const folder = join(home, 'pki')
  const ca = await readSecret(join(folder, 'ca.crt'))
  const text = await readSecret(join(folder, 'nodes', `${node}.pem`))
  return ca === undefined || text === undefined ? undefined : { ca, ...unbundle(text) }
}

/** Keeps what was issued to a node elsewhere, and whom it trusts, where `issuedIdentity` finds them. */
export const keepIdentity = async (
  home: string,
  node: string,
  { ca, ...identity }: Identity & { readonly ca: string },
): Promise<void> => {
  await replaceSecret(join(home, 'pki', 'ca.crt'), ca)
  await replaceSecret(join(home, 'pki', 'nodes', `${node}.pem`), bundle(identity))
}
