import { ObjectMeta, schema } from '@periplus/api'
import type { Kind, TypeOf } from '@periplus/api'
import { Condition } from '../../apimachinery/meta/v1/condition.ts'
import { NodeSelector } from '../../core/v1/node-selector.ts'
import { defineKind } from '../../describe/define-kind.ts'
import { keepingMetadata } from '../../describe/keeping-metadata.ts'
import { typeMeta } from '../../describe/type-meta.ts'
import { DeviceToleration } from './device-request.ts'
import { OpaqueDeviceConfiguration } from './device-selector.ts'
import { ResourceClaimSpec } from './resource-claim-spec.ts'

const { boolean, list, map, optional, quantity, rawObject, required, string, struct, time } = schema
const pkg = 'io.k8s.api.resource.v1'

export const NetworkDeviceData = struct(`${pkg}.NetworkDeviceData`, {
  hardwareAddress: optional(3, string),
  interfaceName: optional(1, string),
  ips: optional(2, list(string), { listType: 'atomic' }),
})
export interface NetworkDeviceData extends TypeOf<typeof NetworkDeviceData> {}

export const AllocatedDeviceStatus = struct(`${pkg}.AllocatedDeviceStatus`, {
  conditions: optional(4, list(Condition), { listType: 'map', keys: ['type'] }),
  data: optional(5, rawObject),
  device: required(3, string),
  driver: required(1, string),
  networkData: optional(6, NetworkDeviceData),
  pool: required(2, string),
  shareID: optional(7, string),
})
export interface AllocatedDeviceStatus extends TypeOf<typeof AllocatedDeviceStatus> {}

export const DeviceAllocationConfiguration = struct(`${pkg}.DeviceAllocationConfiguration`, {
  opaque: optional(1, OpaqueDeviceConfiguration, { within: [3] }),
  requests: optional(2, list(string), { listType: 'atomic' }),
  source: required(1, string),
})
export interface DeviceAllocationConfiguration extends TypeOf<typeof DeviceAllocationConfiguration> {}

export const DeviceRequestAllocationResult = struct(`${pkg}.DeviceRequestAllocationResult`, {
  adminAccess: optional(5, boolean),
  bindingConditions: optional(7, list(string), { listType: 'atomic' }),
  bindingFailureConditions: optional(8, list(string), { listType: 'atomic' }),
  consumedCapacity: optional(10, map(quantity)),
  device: required(4, string),
  driver: required(2, string),
  pool: required(3, string),
  request: required(1, string),
  shareID: optional(9, string),
  tolerations: optional(6, list(DeviceToleration), { listType: 'atomic' }),
})
export interface DeviceRequestAllocationResult extends TypeOf<typeof DeviceRequestAllocationResult> {}

export const DeviceAllocationResult = struct(`${pkg}.DeviceAllocationResult`, {
  config: optional(2, list(DeviceAllocationConfiguration), { listType: 'atomic' }),
  results: optional(1, list(DeviceRequestAllocationResult), { listType: 'atomic' }),
})
export interface DeviceAllocationResult extends TypeOf<typeof DeviceAllocationResult> {}

export const AllocationResult = struct(`${pkg}.AllocationResult`, {
  allocationTimestamp: optional(5, time),
  devices: optional(1, DeviceAllocationResult),
  nodeSelector: optional(3, NodeSelector),
})
export interface AllocationResult extends TypeOf<typeof AllocationResult> {}

export const ResourceClaimConsumerReference = struct(`${pkg}.ResourceClaimConsumerReference`, {
  apiGroup: optional(1, string),
  name: required(4, string),
  resource: required(3, string),
  uid: required(5, string),
})
export interface ResourceClaimConsumerReference extends TypeOf<typeof ResourceClaimConsumerReference> {}

export const ResourceClaimStatus = struct(`${pkg}.ResourceClaimStatus`, {
  allocation: optional(1, AllocationResult),
  devices: optional(4, list(AllocatedDeviceStatus), { listType: 'map', keys: ['driver', 'device', 'pool', 'shareID'] }),
  reservedFor: optional(2, list(ResourceClaimConsumerReference), {
    listType: 'map',
    keys: ['uid'],
    mergeKey: 'uid',
    patch: 'merge',
  }),
})
export interface ResourceClaimStatus extends TypeOf<typeof ResourceClaimStatus> {}

export const ResourceClaimSchema = struct(`${pkg}.ResourceClaim`, {
  ...typeMeta,
  metadata: optional(1, ObjectMeta),
  spec: required(2, ResourceClaimSpec),
  status: optional(3, ResourceClaimStatus),
})
export interface ResourceClaim extends TypeOf<typeof ResourceClaimSchema> {}

export const ResourceClaim: Kind<ResourceClaim> = defineKind({
  group: 'resource.k8s.io',
  version: 'v1',
  kind: 'ResourceClaim',
  resource: 'resourceclaims',
  namespaced: true,
  schema: ResourceClaimSchema,
  hasStatus: true,
  prepareForStatusUpdate: keepingMetadata,
})
