import { schema } from '@periplus/api'
import type { TypeOf } from '@periplus/api'
import { DeviceSelector } from './device-selector.ts'

const { boolean, int64, list, map, optional, quantity, required, string, struct } = schema
const pkg = 'io.k8s.api.resource.v1'

export const CapacityRequirements = struct(`${pkg}.CapacityRequirements`, {
  requests: optional(1, map(quantity)),
})
export interface CapacityRequirements extends TypeOf<typeof CapacityRequirements> {}

export const DeviceToleration = struct(`${pkg}.DeviceToleration`, {
  effect: optional(4, string),
  key: optional(1, string),
  operator: optional(2, string),
  tolerationSeconds: optional(5, int64),
  value: optional(3, string),
})
export interface DeviceToleration extends TypeOf<typeof DeviceToleration> {}

export const ExactDeviceRequest = struct(`${pkg}.ExactDeviceRequest`, {
  adminAccess: optional(5, boolean),
  allocationMode: optional(3, string),
  capacity: optional(7, CapacityRequirements),
  count: optional(4, int64),
  deviceClassName: required(1, string),
  selectors: optional(2, list(DeviceSelector), { listType: 'atomic' }),
  tolerations: optional(6, list(DeviceToleration), { listType: 'atomic' }),
})
export interface ExactDeviceRequest extends TypeOf<typeof ExactDeviceRequest> {}

export const DeviceSubRequest = struct(`${pkg}.DeviceSubRequest`, {
  allocationMode: optional(4, string),
  capacity: optional(7, CapacityRequirements),
  count: optional(5, int64),
  deviceClassName: required(2, string),
  name: required(1, string),
  selectors: optional(3, list(DeviceSelector), { listType: 'atomic' }),
  tolerations: optional(6, list(DeviceToleration), { listType: 'atomic' }),
})
export interface DeviceSubRequest extends TypeOf<typeof DeviceSubRequest> {}

export const DeviceRequest = struct(`${pkg}.DeviceRequest`, {
  exactly: optional(2, ExactDeviceRequest),
  firstAvailable: optional(3, list(DeviceSubRequest), { listType: 'atomic' }),
  name: required(1, string),
})
export interface DeviceRequest extends TypeOf<typeof DeviceRequest> {}
