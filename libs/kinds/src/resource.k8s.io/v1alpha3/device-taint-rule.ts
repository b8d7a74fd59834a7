import { otherVersion } from '../../describe/other-version.ts'
import { DeviceTaintRule } from '../v1beta2/device-taint-rule.ts'

export const DeviceTaintRuleV1alpha3 = otherVersion(DeviceTaintRule, 'v1alpha3')
