/** The kinds of this version whose fields are those of `v1`. */
import { otherVersion } from '../../describe/other-version.ts'
import { DeviceClass } from '../v1/device-class.ts'
import { ResourceClaimTemplate } from '../v1/resource-claim-template.ts'
import { ResourceClaim } from '../v1/resource-claim.ts'
import { ResourceSlice } from '../v1/resource-slice.ts'

export const DeviceClassV1beta2 = otherVersion(DeviceClass, 'v1beta2')
export const ResourceClaimV1beta2 = otherVersion(ResourceClaim, 'v1beta2')
export const ResourceClaimTemplateV1beta2 = otherVersion(ResourceClaimTemplate, 'v1beta2')
export const ResourceSliceV1beta2 = otherVersion(ResourceSlice, 'v1beta2')
