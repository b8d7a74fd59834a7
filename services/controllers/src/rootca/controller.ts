import { deepEqual } from '@periplus/api'
import type { Controller } from '@periplus/controller'
import { ConfigMap, Namespace } from '@periplus/kinds'

const name = 'kube-root-ca.crt'
const description =
  'The certificates by which clients inside the cluster know the API server at its internal addresses; not meant for anything else.'

/**
 * Every namespace has a ConfigMap `kube-root-ca.crt` with the cluster's CA; one that is deleted or changed is put right.
 * The CA is no object of the log, so it is an input that each decision records.
 */
export const rootCaPublisher = (caPem: string): Controller => {
  return {
    name: 'rootcapublisher',
    version: 2,
    inputs: { caPem },
    primary: Namespace,
    watches: [
      {
        kind: ConfigMap,
        keys: ({ before, after }) => {
          const { metadata } = after ?? before ?? {}
          return metadata?.name === name ? [{ namespace: '', name: metadata.namespace ?? '' }] : []
        },
      },
    ],
    wakesItself: ({ before, after }) => before === undefined && after !== undefined,
    decide: (cut, key, { inputs }) => {
      const data = { 'ca.crt': inputs?.['caPem'] ?? '' }
      const namespace = cut.get(Namespace, '', key.name)
      if (!namespace) return { commands: [], why: 'the namespace is gone' }
      if (namespace.metadata.deletionTimestamp !== undefined)
        return { commands: [], why: 'the namespace is being deleted' }
      const present = cut.get(ConfigMap, key.name, name)
      if (present && deepEqual(present.data, data)) return { commands: [], why: 'the CA is there' }
      const annotations = { 'kubernetes.io/description': description }
      const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: key.name, annotations }, data }
      return present
        ? { commands: [{ verb: 'update', kind: ConfigMap, object }], why: 'somebody changed the published CA' }
        : { commands: [{ verb: 'create', kind: ConfigMap, object }], why: 'the CA is not published there yet' }
    },
  }
}
