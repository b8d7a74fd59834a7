import { schema } from '@periplus/api'
import type { TypeOf } from '@periplus/api'
import { inVersion } from '../../describe/other-version.ts'
import { DeviceClaimConfiguration, DeviceConstraint } from '../v1/resource-claim-spec.ts'
import { DeviceRequest } from './device-request.ts'

const { list, optional, struct } = schema
const pkg = 'io.k8s.api.resource.v1beta1'

export const DeviceClaim = struct(`${pkg}.DeviceClaim`, {
  config: optional(3, list(inVersion(DeviceClaimConfiguration, 'v1', 'v1beta1')), { listType: 'atomic' }),
  constraints: optional(2, list(inVersion(DeviceConstraint, 'v1', 'v1beta1')), { listType: 'atomic' }),
  requests: optional(1, list(DeviceRequest), { listType: 'atomic' }),
})
export interface DeviceClaim extends TypeOf<typeof DeviceClaim> {}

export const ResourceClaimSpec = struct(`${pkg}.ResourceClaimSpec`, {
  devices: optional(1, DeviceClaim),
})
export interface ResourceClaimSpec extends TypeOf<typeof ResourceClaimSpec> {}
