import { fieldError } from '@periplus/api'
import type { FieldError } from '@periplus/api'
import { ipErrors, ipFamilyOf } from '../../../validation/ip-address.ts'
import { each, oneOf } from '../../../validation/values.ts'
import type { ServiceSpec } from './schema.ts'

const { duplicate, invalid, required } = fieldError

const list = 'spec.clusterIPs'

/** The old field for one address is the first of the list. */
const firstErrors = ({ clusterIP, clusterIPs = [] }: ServiceSpec): readonly FieldError[] => {
  if (!clusterIP)
    return clusterIPs.length > 0 ? [invalid(list, clusterIPs, 'must be empty when `clusterIP` is not specified')] : []
  if (clusterIPs.length === 0) return [required(list)]
  return clusterIPs[0] === clusterIP ? [] : [invalid(list, clusterIPs, 'first value must match `clusterIP`')]
}

const familyErrors = ({ ipFamilies = [], ipFamilyPolicy }: ServiceSpec): readonly FieldError[] => {
  const seen = new Set<string>()
  return [
    ...each('spec.ipFamilies', ipFamilies, (family, at) => {
      const again = seen.has(family)
      seen.add(family)
      return [...oneOf(at, family, ['IPv4', 'IPv6']), ...(again ? [duplicate(at, family)] : [])]
    }),
    ...oneOf('spec.ipFamilyPolicy', ipFamilyPolicy, ['PreferDualStack', 'RequireDualStack', 'SingleStack']),
  ]
}

const eachErrors = (ips: readonly string[]): readonly FieldError[] =>
  each(list, ips, (ip, at, i) => {
    if (i > 0 || ip !== 'None') return ipErrors(at, ip)
    return ips.length > 1 ? [invalid(list, ips, "'None' must be the first and only value")] : []
  })

/** Each address is of the family that is asked for in its place. */
const matchErrors = ({ clusterIPs = [], ipFamilies = [] }: ServiceSpec): readonly FieldError[] => {
  if (clusterIPs[0] === 'None') return []
  return each(list, clusterIPs.slice(0, ipFamilies.length), (ip, at, i) => {
    const [wanted, is] = [ipFamilies[i], `IPv${ipFamilyOf(ip) ?? ''}`]
    return (wanted === 'IPv4' || wanted === 'IPv6') && wanted !== is
      ? [invalid(at, ip, `expected an ${wanted} value as indicated by \`ipFamilies[${i}]\``)]
      : []
  })
}

/** What is wrong with the addresses inside the cluster that a service asks for, one of each family. */
export const clusterAddressErrors = (spec: ServiceSpec): readonly FieldError[] => {
  const ips = spec.clusterIPs ?? []
  const broken = eachErrors(ips)
  const before = [
    ...firstErrors(spec),
    ...familyErrors(spec),
    ...broken,
    ...(ips.length > 2 ? [invalid(list, ips, 'may only hold up to 2 values')] : []),
  ]
  if (broken.length > 0) return before
  const families = new Set(ips.map(ipFamilyOf))
  return [
    ...before,
    ...(ips.length > 1 && families.size < 2
      ? [invalid(list, ips, 'may specify no more than one IP for each IP family')]
      : []),
    ...matchErrors(spec),
  ]
}
