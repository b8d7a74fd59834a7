/** The kinds of this version whose fields are those of `v1`. */
import { otherVersion } from '../../describe/other-version.ts'
import { IPAddress } from '../v1/ip-address.ts'
import { ServiceCIDR } from '../v1/service-cidr.ts'

export const IPAddressV1beta1 = otherVersion(IPAddress, 'v1beta1')
export const ServiceCIDRV1beta1 = otherVersion(ServiceCIDR, 'v1beta1')
