import { issuedIdentity } from '@periplus/apiserver'
import type { Identity } from '@periplus/apiserver'
import { clusterPki } from './cluster-pki.ts'
import type { Home } from './home.ts'
import { CannotGoOn } from './say.ts'

/** Issues the node's certificate, before the node starts: it has no use of the authority's key itself. */
export const issueTo = async (home: Home, nodeName: string): Promise<void> => {
  await (await clusterPki(home)).node(nodeName)
}

/** What was issued to the node, and the certificate of the authority that it trusts. */
export const issuedTo = async (home: Home, nodeName: string): Promise<Identity & { readonly ca: string }> => {
  const issued = await issuedIdentity(home.directory, nodeName)
  if (!issued) throw new CannotGoOn(`no certificate was issued to node ${nodeName}: start the cluster with 'make up'`)
  return issued
}
