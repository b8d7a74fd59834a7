import { schema } from '@periplus/api'
import type { TypeOf } from '@periplus/api'
import { DeviceRequest } from './device-request.ts'
import { OpaqueDeviceConfiguration } from './device-selector.ts'

const { list, optional, string, struct } = schema
const pkg = 'io.k8s.api.resource.v1beta2'

export const DeviceClaimConfiguration = struct(`${pkg}.DeviceClaimConfiguration`, {
  opaque: optional(1, OpaqueDeviceConfiguration, { within: [2] }),
  requests: optional(1, list(string), { listType: 'atomic' }),
})
export interface DeviceClaimConfiguration extends TypeOf<typeof DeviceClaimConfiguration> {}

export const DeviceConstraint = struct(`${pkg}.DeviceConstraint`, {
  distinctAttribute: optional(3, string),
  matchAttribute: optional(2, string),
  requests: optional(1, list(string), { listType: 'atomic' }),
})
export interface DeviceConstraint extends TypeOf<typeof DeviceConstraint> {}

export const DeviceClaim = struct(`${pkg}.DeviceClaim`, {
  config: optional(3, list(DeviceClaimConfiguration), { listType: 'atomic' }),
  constraints: optional(2, list(DeviceConstraint), { listType: 'atomic' }),
  requests: optional(1, list(DeviceRequest), { listType: 'atomic' }),
})
export interface DeviceClaim extends TypeOf<typeof DeviceClaim> {}

export const ResourceClaimSpec = struct(`${pkg}.ResourceClaimSpec`, {
  devices: optional(1, DeviceClaim),
})
export interface ResourceClaimSpec extends TypeOf<typeof ResourceClaimSpec> {}
