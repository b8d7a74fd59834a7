import { schema } from '@periplus/api'
import type { TypeOf } from '@periplus/api'
import { inVersion } from '../../describe/other-version.ts'
import { CapacityRequirements, DeviceToleration } from '../v1/device-request.ts'
import { DeviceSelector } from '../v1/device-selector.ts'

const { boolean, int64, list, optional, required, string, struct } = schema
const pkg = 'io.k8s.api.resource.v1beta1'

const capacity = inVersion(CapacityRequirements, 'v1', 'v1beta1')
const selectors = list(inVersion(DeviceSelector, 'v1', 'v1beta1'))
const tolerations = list(inVersion(DeviceToleration, 'v1', 'v1beta1'))

export const DeviceSubRequest = struct(`${pkg}.DeviceSubRequest`, {
  allocationMode: optional(4, string),
  capacity: optional(8, capacity),
  count: optional(5, int64),
  deviceClassName: required(2, string),
  name: required(1, string),
  selectors: optional(3, selectors, { listType: 'atomic' }),
  tolerations: optional(7, tolerations, { listType: 'atomic' }),
})
export interface DeviceSubRequest extends TypeOf<typeof DeviceSubRequest> {}

/** `v1` gathers in `exactly` what stands here beside the name. */
export const DeviceRequest = struct(`${pkg}.DeviceRequest`, {
  adminAccess: optional(6, boolean),
  allocationMode: optional(4, string),
  capacity: optional(9, capacity),
  count: optional(5, int64),
  deviceClassName: optional(2, string),
  firstAvailable: optional(7, list(DeviceSubRequest), { listType: 'atomic' }),
  name: required(1, string),
  selectors: optional(3, selectors, { listType: 'atomic' }),
  tolerations: optional(8, tolerations, { listType: 'atomic' }),
})
export interface DeviceRequest extends TypeOf<typeof DeviceRequest> {}
