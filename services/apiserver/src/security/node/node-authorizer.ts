import { refOf } from '@periplus/api'
import type { Stored } from '@periplus/api'
import { Pod } from '@periplus/kinds'
import type { Volume } from '@periplus/kinds'
import type { Attributes, PolicyState, User } from '../../ports.ts'
import type { Opinion } from '../rbac/authorize.ts'

type Asked = Extract<Attributes, { tag: 'Resource' }>

const prefix = 'system:node:'
const reads: ReadonlySet<string> = new Set(['get', 'list', 'watch'])
const writes: ReadonlySet<string> = new Set(['create', 'update', 'patch', 'delete'])

/**
 * What a node may: its own Node, lease and status, the pods bound to it, and of secrets, config maps, claims and tokens only those
 * that its pods name. A simple form of Kubernetes' node authorizer, over the cut.
 */
export const nodeAuthorizer =
  (cut: PolicyState): Opinion =>
  (user, asked) => {
    const node = nodeName(user)
    if (node === undefined || asked.tag !== 'Resource') return undefined
    return mayNode(cut, node, asked) || undefined
  }

const nodeName = (user: User): string | undefined =>
  user.groups.includes('system:nodes') && user.name.startsWith(prefix) ? user.name.slice(prefix.length) : undefined

const mayNode = (cut: PolicyState, node: string, asked: Asked): boolean => {
  const { verb, name, namespace } = asked
  switch (asked.group === '' ? asked.resource : `${asked.resource}.${asked.group}`) {
    case 'nodes':
      return reads.has(verb) || verb === 'create' || (name === node && writes.has(verb))
    case 'leases.coordination.k8s.io':
      return (
        namespace === 'kube-node-lease' && (verb === 'create' || name === node) && (reads.has(verb) || writes.has(verb))
      )
    case 'csinodes.storage.k8s.io':
      return (verb === 'create' || name === node) && (reads.has(verb) || writes.has(verb))
    case 'pods':
      return reads.has(verb) || (writes.has(verb) && isOnNode(cut, node, namespace, name))
    case 'events':
    case 'events.events.k8s.io':
      return verb === 'create' || verb === 'update' || verb === 'patch'
    case 'services':
    case 'runtimeclasses.node.k8s.io':
    case 'csidrivers.storage.k8s.io':
    case 'persistentvolumes':
      return reads.has(verb)
    case 'secrets':
    case 'configmaps':
    case 'persistentvolumeclaims':
      return reads.has(verb) && name !== '' && podsOn(cut, node, namespace).some(pod => names(pod, asked))
    case 'serviceaccounts':
      return podsOn(cut, node, namespace).some(
        ({ spec }) => spec?.serviceAccountName === name && (verb === 'get' || asked.subresource === 'token'),
      )
    case 'certificatesigningrequests.certificates.k8s.io':
      return verb === 'create' || reads.has(verb)
    case 'tokenreviews.authentication.k8s.io':
    case 'subjectaccessreviews.authorization.k8s.io':
    case 'localsubjectaccessreviews.authorization.k8s.io':
      return verb === 'create'
    default:
      return false
  }
}

const isOnNode = (cut: PolicyState, node: string, namespace: string, name: string): boolean =>
  (cut.entry(refOf(Pod, namespace, name))?.object() as Stored<Pod> | undefined)?.spec?.nodeName === node

const podsOn = (cut: PolicyState, node: string, namespace: string): readonly Stored<Pod>[] =>
  cut.onNode(Pod, node).filter(pod => pod.metadata.namespace === namespace)

const names = (pod: Stored<Pod>, { resource, name }: Asked): boolean => {
  const { volumes = [], containers = [], initContainers = [], imagePullSecrets = [] } = pod.spec ?? {}
  if (volumes.some(volume => volumeNames(volume, resource, name))) return true
  if (resource === 'secrets' && imagePullSecrets.some(secret => secret.name === name)) return true
  return [...containers, ...initContainers].some(
    ({ env = [], envFrom = [] }) =>
      env.some(({ valueFrom }) =>
        resource === 'secrets' ? valueFrom?.secretKeyRef?.name === name : valueFrom?.configMapKeyRef?.name === name,
      ) ||
      envFrom.some(({ secretRef, configMapRef }) => (resource === 'secrets' ? secretRef : configMapRef)?.name === name),
  )
}

const volumeNames = (volume: Volume, resource: string, name: string): boolean => {
  const projected = volume.projected?.sources ?? []
  switch (resource) {
    case 'secrets':
      return volume.secret?.secretName === name || projected.some(({ secret }) => secret?.name === name)
    case 'configmaps':
      return volume.configMap?.name === name || projected.some(({ configMap }) => configMap?.name === name)
    default:
      return volume.persistentVolumeClaim?.claimName === name
  }
}
