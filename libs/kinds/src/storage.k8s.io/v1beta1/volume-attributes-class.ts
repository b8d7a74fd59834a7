import { otherVersion } from '../../describe/other-version.ts'
import { VolumeAttributesClass } from '../v1/volume-attributes-class.ts'

export const VolumeAttributesClassV1beta1 = otherVersion(VolumeAttributesClass, 'v1beta1')
