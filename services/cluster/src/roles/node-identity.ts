import { issuedIdentity } from '@periplus/apiserver'
import type { Identity } from '@periplus/apiserver'
import type { Home } from '../home/home.ts'
import { CannotGoOn } from '../home/say.ts'

/** What was issued to the node, and the certificate of the authority that it trusts. */
export const issuedTo = async (home: Home, nodeName: string): Promise<Identity & { readonly ca: string }> => {
  const issued = await issuedIdentity(home.directory, nodeName)
  if (!issued) throw new CannotGoOn(`no certificate was issued to node ${nodeName}: start the cluster with 'make up'`)
  return issued
}
