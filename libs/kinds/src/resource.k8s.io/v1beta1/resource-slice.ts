import { ObjectMeta, schema } from '@periplus/api'
import type { Kind, TypeOf } from '@periplus/api'
import { NodeSelector } from '../../core/v1/node-selector.ts'
import { defineKind } from '../../describe/define-kind.ts'
import { typeMeta } from '../../describe/type-meta.ts'
import type { ResourceSlice as StoredSlice } from '../v1/resource-slice.ts'

const { boolean, int64, list, map, optional, quantity, required, string, struct, time } = schema
const pkg = 'io.k8s.api.resource.v1beta1'

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

export const DeviceCapacity = struct(`${pkg}.DeviceCapacity`, {
  requestPolicy: optional(2, CapacityRequestPolicy),
  value: required(1, quantity),
})
export interface DeviceCapacity extends TypeOf<typeof DeviceCapacity> {}

export const Counter = struct(`${pkg}.Counter`, {
  value: required(1, quantity),
})
export interface Counter extends TypeOf<typeof Counter> {}

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

export const DeviceTaint = struct(`${pkg}.DeviceTaint`, {
  effect: required(3, string),
  key: required(1, string),
  timeAdded: optional(4, time),
  value: optional(2, string),
})
export interface DeviceTaint extends TypeOf<typeof DeviceTaint> {}

export const BasicDevice = struct(`${pkg}.BasicDevice`, {
  allNodes: optional(6, boolean),
  allowMultipleAllocations: optional(11, boolean),
  attributes: optional(1, map(DeviceAttribute)),
  bindingConditions: optional(9, list(string), { listType: 'atomic' }),
  bindingFailureConditions: optional(10, list(string), { listType: 'atomic' }),
  bindsToNode: optional(8, boolean),
  capacity: optional(2, map(DeviceCapacity)),
  consumesCounters: optional(3, list(DeviceCounterConsumption), { listType: 'atomic' }),
  nodeAllocatableResourceMappings: optional(undefined, map(NodeAllocatableResourceMapping)),
  nodeName: optional(4, string),
  nodeSelector: optional(5, NodeSelector),
  taints: optional(7, list(DeviceTaint), { listType: 'atomic' }),
})
export interface BasicDevice extends TypeOf<typeof BasicDevice> {}

export const CounterSet = struct(`${pkg}.CounterSet`, {
  counters: required(2, map(Counter)),
  name: required(1, string),
})
export interface CounterSet extends TypeOf<typeof CounterSet> {}

export const Device = struct(`${pkg}.Device`, {
  basic: optional(2, BasicDevice),
  name: required(1, string),
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
  version: 'v1beta1',
  kind: 'ResourceSlice',
  resource: 'resourceslices',
  namespaced: false,
  schema: ResourceSliceSchema,
  stored: false,
  conversion: {
    toStored: object => ({
      ...object,
      apiVersion: 'resource.k8s.io/v1',
      spec: { ...object.spec, devices: object.spec.devices?.map(({ name, basic }) => ({ name, ...basic })) },
    }),
    fromStored: stored => {
      const object = stored as StoredSlice
      const devices = object.spec.devices?.map(({ name, ...basic }) => ({ name, basic }))
      return { ...object, apiVersion: 'resource.k8s.io/v1beta1', spec: { ...object.spec, devices } }
    },
  },
  generationOf: object => object.spec,
})
