import { toJson } from '@periplus/api'
import type { KubernetesObject } from '@periplus/api'
import { builtinKinds } from '@periplus/kinds'
import { beginnings, plainObjects } from '../extreme/objects.ts'
import { customDefinitions, customObjects } from './custom-kinds.ts'
import type { Sender } from './sender.ts'

/** Whom the API server knows as bob may do everything as well, but has it granted. */
const rights = {
  apiVersion: 'rbac.authorization.k8s.io/v1',
  kind: 'ClusterRoleBinding',
  metadata: { name: 'bob' },
  roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' },
  subjects: [{ kind: 'User', apiGroup: 'rbac.authorization.k8s.io', name: 'bob' }],
} as unknown as KubernetesObject

const kept: readonly KubernetesObject[] = [
  ...beginnings,
  rights,
  ...customDefinitions,
  ...plainObjects,
  ...customObjects,
]

/** The path at which objects of its kind are created, in its namespace. */
export const collectionOf = ({ apiVersion = '', kind, metadata }: KubernetesObject): string => {
  const found = builtinKinds.find(
    one => one.kind === kind && (one.group === '' ? one.version : `${one.group}/${one.version}`) === apiVersion,
  )
  const namespace = metadata?.namespace === undefined ? '' : `/namespaces/${metadata.namespace}`
  const plural = found?.resource ?? `${kind?.toLowerCase()}s`
  return `${apiVersion.includes('/') ? '/apis' : '/api'}/${apiVersion}${namespace}/${plural}`
}

/** Puts back what was deleted, so that there always is something to be attacked. */
export const putBack = async ({ send }: Pick<Sender, 'send'>): Promise<void> => {
  for (const object of kept) {
    const body = Buffer.from(toJson(object))
    const headers = { 'content-type': 'application/json', 'content-length': String(body.length) }
    await send({ method: 'POST', target: collectionOf(object), headers, body })
  }
}
