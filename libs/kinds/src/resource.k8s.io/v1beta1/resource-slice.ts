import { ObjectMeta, schema } from '@periplus/api'
import type { Kind, Schema, TypeOf } from '@periplus/api'
import { NodeSelector } from '../../core/v1/node-selector.ts'
import { defineKind } from '../../describe/define-kind.ts'
import { inVersion } from '../../describe/other-version.ts'
import { typeMeta } from '../../describe/type-meta.ts'
import * as v1 from '../v1/resource-slice.ts'
import type { ResourceSlice as StoredSlice } from '../v1/resource-slice.ts'

const { boolean, list, map, optional, required, string, struct } = schema
const pkg = 'io.k8s.api.resource.v1beta1'
const inThisVersion = <S extends Schema<unknown>>(of: S): S => inVersion(of, 'v1', 'v1beta1')

/** What `v1` has in the device itself. */
export const BasicDevice = struct(`${pkg}.BasicDevice`, {
  allNodes: optional(6, boolean),
  allowMultipleAllocations: optional(11, boolean),
  attributes: optional(1, map(inThisVersion(v1.DeviceAttribute))),
  bindingConditions: optional(9, list(string), { listType: 'atomic' }),
  bindingFailureConditions: optional(10, list(string), { listType: 'atomic' }),
  bindsToNode: optional(8, boolean),
  capacity: optional(2, map(inThisVersion(v1.DeviceCapacity))),
  consumesCounters: optional(3, list(inThisVersion(v1.DeviceCounterConsumption)), { listType: 'atomic' }),
  nodeAllocatableResourceMappings: optional(undefined, map(inThisVersion(v1.NodeAllocatableResourceMapping))),
  nodeName: optional(4, string),
  nodeSelector: optional(5, NodeSelector),
  taints: optional(7, list(inThisVersion(v1.DeviceTaint)), { listType: 'atomic' }),
})
export interface BasicDevice extends TypeOf<typeof BasicDevice> {}

export const Device = struct(`${pkg}.Device`, {
  basic: optional(2, BasicDevice),
  name: required(1, string),
})
export interface Device extends TypeOf<typeof Device> {}

export const ResourceSliceSpec = struct(`${pkg}.ResourceSliceSpec`, {
  allNodes: optional(5, boolean),
  devices: optional(6, list(Device), { listType: 'atomic' }),
  driver: required(1, string),
  nodeName: optional(3, string),
  nodeSelector: optional(4, NodeSelector),
  perDeviceNodeSelection: optional(7, boolean),
  pool: required(2, inThisVersion(v1.ResourcePool)),
  sharedCounters: optional(8, list(inThisVersion(v1.CounterSet)), { listType: 'atomic' }),
})
export interface ResourceSliceSpec extends TypeOf<typeof ResourceSliceSpec> {}

export const ResourceSliceSchema = struct(`${pkg}.ResourceSlice`, {
  ...typeMeta,
  metadata: optional(1, ObjectMeta),
  spec: required(2, ResourceSliceSpec),
})
export interface ResourceSlice extends TypeOf<typeof ResourceSliceSchema> {}

// Of what is merged in this version's form there may be no spec yet.
const specToStored = (spec: ResourceSliceSpec | undefined): StoredSlice['spec'] =>
  spec?.devices
    ? { ...spec, devices: spec.devices.map(({ name, basic }) => ({ name, ...basic })) }
    : (spec as StoredSlice['spec'])

const specFromStored = (spec: StoredSlice['spec'] | undefined): ResourceSliceSpec =>
  spec?.devices
    ? { ...spec, devices: spec.devices.map(({ name, ...basic }) => ({ name, basic })) }
    : (spec as ResourceSliceSpec)

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
      spec: specToStored(object.spec),
    }),
    fromStored: stored => {
      const object = stored as StoredSlice
      return { ...object, apiVersion: 'resource.k8s.io/v1beta1', spec: specFromStored(object.spec) }
    },
  },
  generationOf: object => object.spec,
})
