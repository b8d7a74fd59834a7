import { fromJson, toJson } from '@periplus/api'
import type { KubernetesObject, ObjectRef } from '@periplus/api'
import {
  CSIDriver,
  ClusterTrustBundle,
  ConfigMap,
  EndpointSlice,
  Namespace,
  NetworkPolicy,
  Node,
  Pod,
  RuntimeClass,
  Secret,
  Service,
  isTerminalPhase,
} from '@periplus/kinds'
import { unreadableAnnotation } from '@periplus/log'
import type { Entry } from '../cut.ts'
import { withoutResourceVersion } from '../cut/resource-version.ts'

type Form = (object: KubernetesObject) => KubernetesObject | undefined

const nameOf = ({ group, resource }: Pick<ObjectRef, 'group' | 'resource'>): string => `${resource}.${group}`

/** What everybody may see; who owns which field is nobody's concern on a node. */
const whole: Form = ({ metadata, ...rest }) => {
  const { managedFields: _, resourceVersion: _version, ...kept } = metadata ?? {}
  return { ...rest, metadata: kept }
}

const given = <A extends object>(members: A): Partial<A> =>
  Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as Partial<A>

/** Of a pod that has an address: by whose labels, ports and address policies go, and whose place endpoints name. Nothing of what it runs. */
const policed: Form = object => {
  const { apiVersion, kind, metadata = {}, spec, status } = object as Pod
  if (!status?.podIP) return undefined
  const { name, namespace, uid, labels, creationTimestamp } = metadata
  const ports = (containers: readonly { readonly name: string; readonly ports?: unknown }[] | undefined) =>
    containers?.map(({ name, ports }) => given({ name, ports }))
  return {
    ...given({ apiVersion, kind }),
    metadata: given({ name, namespace, uid, labels, creationTimestamp }),
    spec: given({
      nodeName: spec?.nodeName,
      hostNetwork: spec?.hostNetwork,
      initContainers: ports(spec?.initContainers),
      containers: ports(spec?.containers) ?? [],
    }),
    status: given({
      podIP: status.podIP,
      podIPs: status.podIPs,
      phase: isTerminalPhase(status.phase) ? status.phase : undefined,
    }),
  } as KubernetesObject
}

/** Of a node: where it and its pods are. */
const located: Form = object => {
  const { apiVersion, kind, metadata = {}, spec, status } = object as Node
  const { name, uid, creationTimestamp } = metadata
  return {
    ...given({ apiVersion, kind }),
    metadata: given({ name, uid, creationTimestamp }),
    spec: given({ podCIDR: spec?.podCIDR, podCIDRs: spec?.podCIDRs }),
    status: given({ addresses: status?.addresses }),
  } as KubernetesObject
}

/** By it all hosts know the servers of the log. */
const ofServers: Form = object =>
  object.metadata?.namespace === 'kube-system' && object.metadata.name === 'nats-servers' ? whole(object) : undefined

const formsForAll: ReadonlyMap<string, Form> = new Map([
  ...[Service, EndpointSlice, Namespace, NetworkPolicy, RuntimeClass, CSIDriver, ClusterTrustBundle].map(
    kind => [nameOf(kind), whole] as const,
  ),
  [nameOf(Pod), policed],
  [nameOf(Node), located],
  [nameOf(ConfigMap), ofServers],
])

/** Resources of which all nodes are told something. */
export const resourcesOfAll: readonly Pick<ObjectRef, 'group' | 'resource'>[] = [
  ...[Service, EndpointSlice, Namespace, NetworkPolicy, RuntimeClass, CSIDriver, ClusterTrustBundle],
  ...[Pod, Node, ConfigMap],
]

/** Why a node finds nothing in a Secret. */
const asked = 'a node asks the API server for it'

/** Of a Secret: that there is one, and of which version. A node asks for it as itself. */
const withoutValues: Form = object => {
  const { apiVersion, kind, type, metadata } = object as Secret
  const { annotations: _, managedFields: _fields, resourceVersion: _version, ...open } = metadata ?? {}
  return {
    ...given({ apiVersion, kind, type }),
    metadata: { ...open, annotations: { [unreadableAnnotation]: asked } },
  } as KubernetesObject
}

const bytesOf = (object: KubernetesObject): Uint8Array => Buffer.from(toJson(object))

/** Pure. What all nodes are told of an object, as JSON without a version; `undefined`: nothing. */
export const toldToAll = ({ ref, bytes }: Pick<Entry, 'ref' | 'bytes'>): Uint8Array | undefined => {
  const form = formsForAll.get(nameOf(ref))
  // Not the entry's own object: what is parsed for this is not kept.
  const told = form?.(fromJson(Buffer.from(bytes).toString()) as KubernetesObject)
  return told && bytesOf(told)
}

/** Pure. What a node is told of an object that concerns it. */
export const toldToOne = ({ ref, bytes }: Pick<Entry, 'ref' | 'bytes'>): Uint8Array => {
  if (nameOf(ref) !== nameOf(Secret)) return withoutResourceVersion(bytes)
  const told = withoutValues(fromJson(Buffer.from(bytes).toString()) as KubernetesObject)
  return told ? bytesOf(told) : new Uint8Array()
}
