import { ObjectMeta, schema } from '@periplus/api'
import type { Kind, TypeOf } from '@periplus/api'
import { NodeSelector } from '../../core/v1/node-selector.ts'
import { defineKind } from '../../describe/define-kind.ts'
import { typeMeta } from '../../describe/type-meta.ts'
import { DeviceTaint } from './device-taint.ts'

const { boolean, int64, list, map, optional, quantity, required, string, struct } = schema
const pkg = 'io.k8s.api.resource.v1beta2'

export const CapacityRequestPolicyRange = struct(`${pkg}.CapacityRequestPolicyRange`, {
  max: optional(2, quantity),
  min: required(1, quantity),
  step: optional(3, quantity),
})
export interface CapacityRequestPolicyRange extends TypeOf<typeof CapacityRequestPolicyRange> {}

export const CapacityRequestPolicy = struct(`${pkg}.CapacityRequestPolicy`, {
  default: optional(1, quantity),
  validRange: optional(4, CapacityRequestPolicyRange),
  validValues: optional(3, list(quantity), { listType: 'atomic' }),
})
export interface CapacityRequestPolicy extends TypeOf<typeof CapacityRequestPolicy> {}

export const Counter = struct(`${pkg}.Counter`, {
  value: required(1, quantity),
})
export interface Counter extends TypeOf<typeof Counter> {}

export const CounterSet = struct(`${pkg}.CounterSet`, {
  counters: required(2, map(Counter)),
  name: required(1, string),
})
export interface CounterSet extends TypeOf<typeof CounterSet> {}

export const DeviceAttribute = struct(`${pkg}.DeviceAttribute`, {
  bool: optional(3, boolean),
  bools: optional(7, list(boolean), { listType: 'atomic' }),
  int: optional(2, int64),
  ints: optional(6, list(int64), { listType: 'atomic' }),
  string: optional(4, string),
  strings: optional(8, list(string), { listType: 'atomic' }),
  version: optional(5, string),
  versions: optional(9, list(string), { listType: 'atomic' }),
})
export interface DeviceAttribute extends TypeOf<typeof DeviceAttribute> {}

export const DeviceCapacity = struct(`${pkg}.DeviceCapacity`, {
  requestPolicy: optional(2, CapacityRequestPolicy),
  value: required(1, quantity),
})
export interface DeviceCapacity extends TypeOf<typeof DeviceCapacity> {}

export const DeviceCounterConsumption = struct(`${pkg}.DeviceCounterConsumption`, {
  counterSet: required(1, string),
  counters: required(2, map(Counter)),
})
export interface DeviceCounterConsumption extends TypeOf<typeof DeviceCounterConsumption> {}

export const NodeAllocatableResourceMapping = struct(`${pkg}.NodeAllocatableResourceMapping`, {
  allocationMultiplier: optional(undefined, quantity),
  capacityKey: optional(undefined, string),
})
export interface NodeAllocatableResourceMapping extends TypeOf<typeof NodeAllocatableResourceMapping> {}

export const Device = struct(`${pkg}.Device`, {
  allNodes: optional(7, boolean),
  allowMultipleAllocations: optional(12, boolean),
  attributes: optional(2, map(DeviceAttribute)),
  bindingConditions: optional(10, list(string), { listType: 'atomic' }),
  bindingFailureConditions: optional(11, list(string), { listType: 'atomic' }),
  bindsToNode: optional(9, boolean),
  capacity: optional(3, map(DeviceCapacity)),
  consumesCounters: optional(4, list(DeviceCounterConsumption), { listType: 'atomic' }),
  name: required(1, string),
  nodeAllocatableResourceMappings: optional(undefined, map(NodeAllocatableResourceMapping)),
  nodeName: optional(5, string),
  nodeSelector: optional(6, NodeSelector),
  taints: optional(8, list(DeviceTaint), { listType: 'atomic' }),
})
export interface Device extends TypeOf<typeof Device> {}

export const ResourcePool = struct(`${pkg}.ResourcePool`, {
  generation: required(2, int64),
  name: required(1, string),
  resourceSliceCount: required(3, int64),
})
export interface ResourcePool extends TypeOf<typeof ResourcePool> {}

export const ResourceSliceSpec = struct(`${pkg}.ResourceSliceSpec`, {
  allNodes: optional(5, boolean),
  devices: optional(6, list(Device), { listType: 'atomic' }),
  driver: required(1, string),
  nodeName: optional(3, string),
  nodeSelector: optional(4, NodeSelector),
  perDeviceNodeSelection: optional(7, boolean),
  pool: required(2, ResourcePool),
  sharedCounters: optional(8, list(CounterSet), { listType: 'atomic' }),
})
export interface ResourceSliceSpec extends TypeOf<typeof ResourceSliceSpec> {}

export const ResourceSliceSchema = struct(`${pkg}.ResourceSlice`, {
  ...typeMeta,
  metadata: optional(1, ObjectMeta),
  spec: required(2, ResourceSliceSpec),
})
export interface ResourceSlice extends TypeOf<typeof ResourceSliceSchema> {}

export const ResourceSlice: Kind<ResourceSlice> = defineKind({
  group: 'resource.k8s.io',
  version: 'v1beta2',
  kind: 'ResourceSlice',
  resource: 'resourceslices',
  namespaced: false,
  schema: ResourceSliceSchema,
  stored: false,
  generationOf: object => object.spec,
})
