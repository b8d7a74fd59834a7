import { ObjectMeta, schema } from '@periplus/api'
import type { TypeOf } from '@periplus/api'
import { typeMeta } from '../../../describe/type-meta.ts'
import { Taint } from '../tolerations.ts'

const { boolean, int32, int64, list, map, optional, quantity, required, string, struct, time } = schema
const pkg = 'io.k8s.api.core.v1'

export const AttachedVolume = struct(`${pkg}.AttachedVolume`, {
  devicePath: required(2, string),
  name: required(1, string),
})
export interface AttachedVolume extends TypeOf<typeof AttachedVolume> {}

export const ConfigMapNodeConfigSource = struct(`${pkg}.ConfigMapNodeConfigSource`, {
  kubeletConfigKey: required(5, string),
  name: required(2, string),
  namespace: required(1, string),
  resourceVersion: optional(4, string),
  uid: optional(3, string),
})
export interface ConfigMapNodeConfigSource extends TypeOf<typeof ConfigMapNodeConfigSource> {}

export const ContainerImage = struct(`${pkg}.ContainerImage`, {
  names: optional(1, list(string), { listType: 'atomic' }),
  sizeBytes: optional(2, int64),
})
export interface ContainerImage extends TypeOf<typeof ContainerImage> {}

export const DaemonEndpoint = struct(`${pkg}.DaemonEndpoint`, {
  Port: required(1, int32),
})
export interface DaemonEndpoint extends TypeOf<typeof DaemonEndpoint> {}

export const NodeAddress = struct(`${pkg}.NodeAddress`, {
  address: required(2, string),
  type: required(1, string),
})
export interface NodeAddress extends TypeOf<typeof NodeAddress> {}

export const NodeCondition = struct(`${pkg}.NodeCondition`, {
  lastHeartbeatTime: optional(3, time),
  lastTransitionTime: optional(4, time),
  message: optional(6, string),
  reason: optional(5, string),
  status: required(2, string),
  type: required(1, string),
})
export interface NodeCondition extends TypeOf<typeof NodeCondition> {}

export const NodeConfigSource = struct(`${pkg}.NodeConfigSource`, {
  configMap: optional(2, ConfigMapNodeConfigSource),
})
export interface NodeConfigSource extends TypeOf<typeof NodeConfigSource> {}

export const NodeConfigStatus = struct(`${pkg}.NodeConfigStatus`, {
  active: optional(2, NodeConfigSource),
  assigned: optional(1, NodeConfigSource),
  error: optional(4, string),
  lastKnownGood: optional(3, NodeConfigSource),
})
export interface NodeConfigStatus extends TypeOf<typeof NodeConfigStatus> {}

export const NodeDaemonEndpoints = struct(`${pkg}.NodeDaemonEndpoints`, {
  kubeletEndpoint: optional(1, DaemonEndpoint),
})
export interface NodeDaemonEndpoints extends TypeOf<typeof NodeDaemonEndpoints> {}

export const NodeFeatures = struct(`${pkg}.NodeFeatures`, {
  supplementalGroupsPolicy: optional(1, boolean),
})
export interface NodeFeatures extends TypeOf<typeof NodeFeatures> {}

export const NodeRuntimeHandlerFeatures = struct(`${pkg}.NodeRuntimeHandlerFeatures`, {
  recursiveReadOnlyMounts: optional(1, boolean),
  userNamespaces: optional(2, boolean),
})
export interface NodeRuntimeHandlerFeatures extends TypeOf<typeof NodeRuntimeHandlerFeatures> {}

export const NodeRuntimeHandler = struct(`${pkg}.NodeRuntimeHandler`, {
  features: optional(2, NodeRuntimeHandlerFeatures),
  name: optional(1, string),
})
export interface NodeRuntimeHandler extends TypeOf<typeof NodeRuntimeHandler> {}

export const NodeSpec = struct(
  `${pkg}.NodeSpec`,
  {
    configSource: optional(6, NodeConfigSource),
    externalID: optional(2, string),
    podCIDR: optional(1, string, { doc: 'Range of addresses of its pods.' }),
    podCIDRs: optional(7, list(string), { listType: 'set', patch: 'merge' }),
    providerID: optional(3, string),
    taints: optional(5, list(Taint), { listType: 'atomic', doc: 'What pods must put up with to run here.' }),
    unschedulable: optional(4, boolean, { doc: 'Whether it takes no new pods.' }),
  },
  { doc: 'How a node should be used.' },
)
export interface NodeSpec extends TypeOf<typeof NodeSpec> {}

export const NodeSwapStatus = struct(`${pkg}.NodeSwapStatus`, {
  capacity: optional(1, int64),
})
export interface NodeSwapStatus extends TypeOf<typeof NodeSwapStatus> {}

export const NodeSystemInfo = struct(`${pkg}.NodeSystemInfo`, {
  architecture: required(10, string),
  bootID: required(3, string),
  containerRuntimeVersion: required(6, string),
  kernelVersion: required(4, string),
  kubeProxyVersion: required(8, string),
  kubeletVersion: required(7, string),
  machineID: required(1, string),
  operatingSystem: required(9, string),
  osImage: required(5, string),
  swap: optional(11, NodeSwapStatus),
  systemUUID: required(2, string),
})
export interface NodeSystemInfo extends TypeOf<typeof NodeSystemInfo> {}

export const NodeStatus = struct(
  `${pkg}.NodeStatus`,
  {
    addresses: optional(5, list(NodeAddress), {
      listType: 'map',
      keys: ['type'],
      mergeKey: 'type',
      patch: 'merge',
      doc: 'Where it can be reached.',
    }),
    allocatable: optional(2, map(quantity), { doc: 'What pods can have.' }),
    capacity: optional(1, map(quantity), { doc: 'What there is.' }),
    conditions: optional(4, list(NodeCondition), {
      listType: 'map',
      keys: ['type'],
      mergeKey: 'type',
      patch: 'merge',
      doc: 'Whether it is ready, and short of anything.',
    }),
    config: optional(11, NodeConfigStatus),
    daemonEndpoints: optional(6, NodeDaemonEndpoints),
    declaredFeatures: optional(14, list(string), { listType: 'atomic' }),
    features: optional(13, NodeFeatures),
    images: optional(8, list(ContainerImage), { listType: 'atomic', doc: 'Images that it holds.' }),
    nodeInfo: optional(7, NodeSystemInfo, { doc: 'Versions and identities.' }),
    phase: optional(3, string),
    runtimeHandlers: optional(12, list(NodeRuntimeHandler), { listType: 'atomic' }),
    volumesAttached: optional(10, list(AttachedVolume), { listType: 'atomic' }),
    volumesInUse: optional(9, list(string), { listType: 'atomic' }),
  },
  { doc: 'What a node has and how it is.' },
)
export interface NodeStatus extends TypeOf<typeof NodeStatus> {}

export const NodeSchema = struct(
  `${pkg}.Node`,
  {
    ...typeMeta,
    metadata: optional(1, ObjectMeta),
    spec: optional(2, NodeSpec, { doc: 'How it should be used.' }),
    status: optional(3, NodeStatus, { doc: 'What it has and how it is.' }),
  },
  { doc: 'A machine that runs pods.' },
)
export interface Node extends TypeOf<typeof NodeSchema> {}
