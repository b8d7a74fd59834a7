import type { KubernetesObject } from '@periplus/api'
import type { Pod } from '@periplus/kinds'
import type { PolicyState } from '../../ports.ts'

/** What is wrong with a pod that a node makes: it may show what it runs by itself, and give nobody a way to anything else. */
export const mirrorPodFault = (
  state: Pick<PolicyState, 'entry'>,
  node: string,
  object: KubernetesObject,
): string | undefined => {
  const pod: Pod = object
  const quoted = JSON.stringify(node)
  const only = `node ${quoted} can only create pods with`
  if (pod.metadata?.annotations?.['kubernetes.io/config.mirror'] === undefined)
    return `pod does not have "kubernetes.io/config.mirror" annotation, node ${quoted} can only create mirror pods`
  if (pod.spec?.nodeName !== node) return `${only} spec.nodeName set to itself`
  const [owner, ...others] = pod.metadata.ownerReferences ?? []
  if (others.length > 0) return `${only} a single owner reference set to itself`
  if (!owner || owner.apiVersion !== 'v1' || owner.kind !== 'Node' || owner.name !== node)
    return `${only} an owner reference set to itself`
  if (!owner.controller) return `${only} a controller owner reference set to itself`
  if (owner.blockOwnerDeletion) return `node ${quoted} must not set blockOwnerDeletion on an owner reference`
  const uid = state.entry({ group: '', resource: 'nodes', namespace: '', name: node })?.object().metadata.uid
  if (owner.uid !== uid) return `node ${node} UID mismatch: expected ${owner.uid} got ${uid ?? ''}`
  const reference = referenceIn(pod)
  return reference === undefined ? undefined : `node ${quoted} can not create pods that reference ${reference}`
}

/** The first kind of object of the API that a pod refers to, as Kubernetes names it. */
const referenceIn = ({ spec = { containers: [] } }: Pod): string | undefined => {
  if (spec.serviceAccountName) return 'serviceaccounts'
  if (spec.resourceClaims?.length) return 'resourceclaims'
  const text = JSON.stringify([spec.imagePullSecrets, spec.volumes, spec.initContainers, spec.containers])
  const found = references.find(([member]) => text.includes(`"${member}":`))
  return found?.[1]
}

/** Members of volumes and of containers' environments that name an object. */
const references: readonly (readonly [member: string, resource: string])[] = [
  ['secretKeyRef', 'secrets'],
  ['secretRef', 'secrets'],
  ['secretName', 'secrets'],
  ['secret', 'secrets'],
  ['nodePublishSecretRef', 'secrets'],
  ['configMapKeyRef', 'configmaps'],
  ['configMapRef', 'configmaps'],
  ['configMap', 'configmaps'],
  ['persistentVolumeClaim', 'persistentvolumeclaims'],
  ['ephemeral', 'persistentvolumeclaims'],
  ['serviceAccountToken', 'serviceaccounts'],
  ['clusterTrustBundle', 'clustertrustbundles'],
  ['podCertificate', 'podcertificaterequests'],
]
