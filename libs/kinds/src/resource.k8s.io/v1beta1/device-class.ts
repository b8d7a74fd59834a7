import { otherVersion } from '../../describe/other-version.ts'
import { DeviceClass } from '../v1/device-class.ts'

export const DeviceClassV1beta1 = otherVersion(DeviceClass, 'v1beta1')
