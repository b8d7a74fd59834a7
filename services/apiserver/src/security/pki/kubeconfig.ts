import { E } from '@periplus/prelude'
import { readKubeconfig } from '@periplus/service'
import { stringify } from 'yaml'
import type { Identity } from './certificates.ts'
import { replaceSecret } from './secret-files.ts'

export interface KubeconfigOptions {
  /** `https://HOST:PORT`. */
  readonly server: string
  /** PEM. */
  readonly ca: string
  readonly identity: Identity
  /** Default `periplus`. */
  readonly cluster?: string
  /** Default `periplus-admin`. */
  readonly user?: string
  /** Where objects are meant to be that are named without one. */
  readonly namespace?: string
}

const base64 = (text: string): string => Buffer.from(text).toString('base64')

/** A kubeconfig with everything in it: YAML that `kubectl` takes as it is. */
export const kubeconfig = ({
  server,
  ca,
  identity,
  cluster = 'periplus',
  user = 'periplus-admin',
  namespace,
}: KubeconfigOptions): string =>
  stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: cluster, cluster: { server, 'certificate-authority-data': base64(ca) } }],
    users: [
      {
        name: user,
        user: {
          'client-certificate-data': base64(identity.certificate),
          'client-key-data': base64(identity.key),
        },
      },
    ],
    contexts: [{ name: cluster, context: { cluster, user, ...(namespace === undefined ? {} : { namespace }) } }],
    'current-context': cluster,
  })

/** Writes it with mode 0600, in one step. The namespace that somebody has chosen in the one that is there stays chosen. */
export const writeKubeconfig = (path: string, options: KubeconfigOptions): Promise<void> => {
  const before = readKubeconfig(path)
  const namespace = E.isRight(before) ? before.right.namespace : undefined
  return replaceSecret(path, kubeconfig({ ...(namespace === undefined ? {} : { namespace }), ...options }))
}
