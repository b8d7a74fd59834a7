import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import type { Credentials } from './sender.ts'

interface Kubeconfig {
  readonly clusters: readonly [
    { readonly cluster: { readonly server: string; readonly 'certificate-authority-data': string } },
  ]
  readonly users: readonly [
    { readonly user: { readonly 'client-certificate-data': string; readonly 'client-key-data': string } },
  ]
}

/** Those of a cluster's administrator, from its home. */
export const credentialsIn = (home: string): Credentials => {
  const { clusters, users } = parse(readFileSync(join(home, 'kubeconfig'), 'utf8')) as Kubeconfig
  const decoded = (text: string): string => Buffer.from(text, 'base64').toString()
  const { cluster } = clusters[0]
  const { user } = users[0]
  return {
    url: cluster.server,
    ca: decoded(cluster['certificate-authority-data']),
    certificate: decoded(user['client-certificate-data']),
    key: decoded(user['client-key-data']),
  }
}
