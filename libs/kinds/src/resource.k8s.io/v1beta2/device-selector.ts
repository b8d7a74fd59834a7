import { schema } from '@periplus/api'
import type { TypeOf } from '@periplus/api'

const { optional, rawObject, required, string, struct } = schema
const pkg = 'io.k8s.api.resource.v1beta2'

export const CELDeviceSelector = struct(`${pkg}.CELDeviceSelector`, {
  expression: required(1, string),
})
export interface CELDeviceSelector extends TypeOf<typeof CELDeviceSelector> {}

export const DeviceSelector = struct(`${pkg}.DeviceSelector`, {
  cel: optional(1, CELDeviceSelector),
})
export interface DeviceSelector extends TypeOf<typeof DeviceSelector> {}

export const OpaqueDeviceConfiguration = struct(`${pkg}.OpaqueDeviceConfiguration`, {
  driver: required(1, string),
  parameters: required(2, rawObject),
})
export interface OpaqueDeviceConfiguration extends TypeOf<typeof OpaqueDeviceConfiguration> {}
