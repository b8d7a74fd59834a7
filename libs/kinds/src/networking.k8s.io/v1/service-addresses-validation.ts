import { fieldError, isDns1123Subdomain, isPathSegment } from '@periplus/api'
import type { FieldError, KubernetesObject } from '@periplus/api'
import { canonicalCidrErrors, canonicalIpErrors, ipBlockOf } from '../../validation/ip-canonical.ts'
import { each, obeys, presentAnd } from '../../validation/values.ts'

const { invalid, required } = fieldError

/** As in every version of the kind. */
interface IpAddressLike extends KubernetesObject {
  readonly spec?: {
    readonly parentRef?: {
      readonly group?: string
      readonly resource: string
      readonly namespace?: string
      readonly name: string
    }
  }
}

interface ServiceCidrLike extends KubernetesObject {
  readonly spec?: { readonly cidrs?: readonly string[] }
}

/** What is wrong with an address that something claims: its name is the address. */
export const ipAddressErrors = ({ metadata, spec }: IpAddressLike): readonly FieldError[] => {
  const parent = spec?.parentRef
  const name = metadata?.name ?? ''
  const at = 'spec.parentRef'
  return [
    ...canonicalIpErrors('metadata.name', name),
    ...(parent
      ? [
          ...obeys(`${at}.group`, parent.group, isDns1123Subdomain),
          ...presentAnd(`${at}.resource`, parent.resource, isPathSegment),
          ...presentAnd(`${at}.name`, parent.name, isPathSegment),
          ...obeys(`${at}.namespace`, parent.namespace, isPathSegment),
        ]
      : [required(at)]),
  ]
}

const list = 'spec.cidrs'

/** What is wrong with a range of addresses for services: one block of each version. */
export const serviceCidrErrors = ({ spec }: ServiceCidrLike): readonly FieldError[] => {
  const cidrs = spec?.cidrs ?? []
  if (cidrs.length === 0) return [required(list, 'at least one CIDR required')]
  if (cidrs.length > 2) return [invalid(list, { CIDRs: cidrs }, 'may only hold up to 2 values')]
  const [first, second] = cidrs.map(cidr => ipBlockOf(cidr)?.family)
  return [
    ...each(list, cidrs, (cidr, at) => canonicalCidrErrors(at, cidr)),
    ...(cidrs.length === 2 && first !== undefined && first === second
      ? [
          invalid(
            list,
            cidrs,
            'may specify no more than one IP for each IP family, i.e 192.168.0.0/24 and 2001:db8::/64',
          ),
        ]
      : []),
  ]
}

/** A block stays what it was; one of the other version may be added. */
export const serviceCidrUpdateErrors = (next: ServiceCidrLike, previous: ServiceCidrLike): readonly FieldError[] => {
  const [now, before] = [next.spec?.cidrs ?? [], previous.spec?.cidrs ?? []]
  const added = before.length === 1 && now.length === 2
  if (now.length !== before.length && !added) return [invalid(list, now, 'field is immutable')]
  return each(list, before, (cidr, at, i) => (now[i] === cidr ? [] : [invalid(at, now[i] ?? '', 'field is immutable')]))
}
