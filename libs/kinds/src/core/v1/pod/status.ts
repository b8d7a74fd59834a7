import { schema } from '@periplus/api'
import type { TypeOf } from '@periplus/api'
import { ResourceRequirements } from '../resources.ts'
import { ContainerStatus } from './container-status.ts'

const { int64, list, map, optional, quantity, required, string, struct, time } = schema
const pkg = 'io.k8s.api.core.v1'

export const ContainerExtendedResourceRequest = struct(`${pkg}.ContainerExtendedResourceRequest`, {
  containerName: required(1, string),
  requestName: required(3, string),
  resourceName: required(2, string),
})
export interface ContainerExtendedResourceRequest extends TypeOf<typeof ContainerExtendedResourceRequest> {}

export const HostIP = struct(`${pkg}.HostIP`, {
  ip: required(1, string),
})
export interface HostIP extends TypeOf<typeof HostIP> {}

export const NodeAllocatableResourceClaimStatus = struct(`${pkg}.NodeAllocatableResourceClaimStatus`, {
  containers: optional(2, list(string), { listType: 'set' }),
  resourceClaimName: required(1, string),
  resources: required(undefined, map(quantity)),
})
export interface NodeAllocatableResourceClaimStatus extends TypeOf<typeof NodeAllocatableResourceClaimStatus> {}

export const PodCondition = struct(`${pkg}.PodCondition`, {
  lastProbeTime: optional(3, time),
  lastTransitionTime: optional(4, time),
  message: optional(6, string),
  observedGeneration: optional(7, int64),
  reason: optional(5, string),
  status: required(2, string),
  type: required(1, string),
})
export interface PodCondition extends TypeOf<typeof PodCondition> {}

export const PodExtendedResourceClaimStatus = struct(`${pkg}.PodExtendedResourceClaimStatus`, {
  requestMappings: required(1, list(ContainerExtendedResourceRequest), { listType: 'atomic' }),
  resourceClaimName: required(2, string),
})
export interface PodExtendedResourceClaimStatus extends TypeOf<typeof PodExtendedResourceClaimStatus> {}

export const PodIP = struct(`${pkg}.PodIP`, {
  ip: required(1, string),
})
export interface PodIP extends TypeOf<typeof PodIP> {}

export const PodResourceClaimStatus = struct(`${pkg}.PodResourceClaimStatus`, {
  name: required(1, string),
  resourceClaimName: optional(2, string),
})
export interface PodResourceClaimStatus extends TypeOf<typeof PodResourceClaimStatus> {}

export const PodStatus = struct(
  `${pkg}.PodStatus`,
  {
    allocatedResources: optional(19, map(quantity)),
    conditions: optional(2, list(PodCondition), {
      listType: 'map',
      keys: ['type'],
      mergeKey: 'type',
      patch: 'merge',
      doc: 'Whether it is scheduled, initialized and ready, and since when.',
    }),
    containerStatuses: optional(8, list(ContainerStatus), { listType: 'atomic', doc: 'State of each container.' }),
    ephemeralContainerStatuses: optional(13, list(ContainerStatus), { listType: 'atomic' }),
    extendedResourceClaimStatus: optional(18, PodExtendedResourceClaimStatus),
    hostIP: optional(5, string, { doc: 'Address of the node.' }),
    hostIPs: optional(16, list(HostIP), { listType: 'atomic', mergeKey: 'ip', patch: 'merge' }),
    initContainerStatuses: optional(10, list(ContainerStatus), {
      listType: 'atomic',
      doc: 'State of each init container.',
    }),
    message: optional(3, string, { doc: 'Why the pod is in this state, for people.' }),
    nodeAllocatableResourceClaimStatuses: optional(21, list(NodeAllocatableResourceClaimStatus), {
      listType: 'atomic',
    }),
    nominatedNodeName: optional(11, string, { doc: 'Node on which room is being made for the pod.' }),
    observedGeneration: optional(17, int64),
    phase: optional(1, string, { doc: 'Pending, Running, Succeeded, Failed or Unknown.' }),
    podIP: optional(6, string, { doc: 'Address of the pod.' }),
    podIPs: optional(12, list(PodIP), {
      listType: 'map',
      keys: ['ip'],
      mergeKey: 'ip',
      patch: 'merge',
      doc: 'Addresses of the pod, at most one of each family.',
    }),
    qosClass: optional(9, string, { doc: 'Guaranteed, Burstable or BestEffort: who goes last when memory runs out.' }),
    reason: optional(4, string, { doc: 'Why the pod is in this state, in one word.' }),
    resize: optional(14, string),
    resourceClaimStatuses: optional(15, list(PodResourceClaimStatus), {
      listType: 'map',
      keys: ['name'],
      mergeKey: 'name',
      patch: 'merge,retainKeys',
    }),
    resources: optional(20, ResourceRequirements),
    startTime: optional(7, time, { doc: 'When the node took the pod on.' }),
  },
  { doc: 'What is known of a pod. Written by its node.' },
)
export interface PodStatus extends TypeOf<typeof PodStatus> {}
