import { refOf } from '@periplus/api'
import type { KubernetesObject, Stored } from '@periplus/api'
import { Pod, configMapsNamedBy, podClaims, secretsNamedBy } from '@periplus/kinds'
import { podsOnNode } from '@periplus/projection'
import type { PolicyState } from '../../ports.ts'

/** What a node is concerned with because its pods are. Each question costs a look at the pods of that node, and at their claims. */
export interface Related {
  pod(namespace: string, name: string): boolean
  secret(namespace: string, name: string): boolean
  configMap(namespace: string, name: string): boolean
  claim(namespace: string, name: string): boolean
  volume(name: string): boolean
  resourceClaim(namespace: string, name: string): boolean
  serviceAccount(namespace: string, name: string): boolean
  /** Whether an object of the cluster says itself that it is the node's. */
  saysSo(group: string, resource: string, name: string): boolean
}

type NodePod = Stored<Pod>

export const relatedTo = (state: PolicyState, node: string): Related => {
  const podsIn = (namespace: string | undefined): readonly NodePod[] =>
    state
      .by(podsOnNode, node)
      .filter(pod => (namespace === undefined || pod.metadata.namespace === namespace) && !isMirror(pod))
  const some = (namespace: string, names: (pod: NodePod) => readonly (string | undefined)[], name: string): boolean =>
    podsIn(namespace).some(pod => names(pod).includes(name))
  const specOf = (group: string, resource: string, namespace: string, name: string): Spec =>
    (state.entry({ group, resource, namespace, name })?.object() as { spec?: Spec } | undefined)?.spec ?? {}
  return {
    pod: (namespace, name) =>
      (state.entry(refOf(Pod, namespace, name))?.object() as NodePod | undefined)?.spec?.nodeName === node,
    secret: (namespace, name) => some(namespace, secretsNamedBy, name),
    configMap: (namespace, name) => some(namespace, configMapsNamedBy, name),
    claim: (namespace, name) => some(namespace, claimsOf, name),
    volume: name =>
      podsIn(undefined).some(pod =>
        claimsOf(pod).some(
          claim => specOf('', 'persistentvolumeclaims', pod.metadata.namespace ?? '', claim).volumeName === name,
        ),
      ),
    resourceClaim: (namespace, name) => some(namespace, resourceClaimsOf, name),
    serviceAccount: (namespace, name) => some(namespace, pod => [pod.spec?.serviceAccountName], name),
    saysSo: (group, resource, name) => specOf(group, resource, '', name).nodeName === node,
  }
}

interface Spec {
  readonly nodeName?: string
  readonly volumeName?: string
}

/** A mirror of what runs on the node anyway gives it no right to anything. */
const isMirror = (pod: KubernetesObject): boolean =>
  pod.metadata?.annotations?.['kubernetes.io/config.mirror'] !== undefined

type Names = readonly (string | undefined)[]

const claimsOf = (pod: NodePod): readonly string[] => podClaims(pod).map(({ claimName }) => claimName)

const resourceClaimsOf = (pod: NodePod): Names => [
  ...(pod.spec?.resourceClaims ?? []).map(({ resourceClaimName }) => resourceClaimName),
  ...(pod.status?.resourceClaimStatuses ?? []).map(({ resourceClaimName }) => resourceClaimName),
]
