import { deepEqual, fieldError, invalidObject } from '@periplus/api'
import type { FieldError, Refusal } from '@periplus/api'
import { Service, clusterAddressErrors, ipFamilyOf } from '@periplus/kinds'
import type { ServiceSpec } from '@periplus/kinds'
import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import type { Family } from './address-ranges.ts'

const { invalid } = fieldError

const other = (family: string): Family => (family === 'IPv4' ? 'IPv6' : 'IPv4')

const isSelectorlessHeadless = ({ clusterIP, selector }: ServiceSpec): boolean =>
  clusterIP === 'None' && Object.keys(selector ?? {}).length === 0

const policyOf = (spec: ServiceSpec, before: ServiceSpec | undefined): string =>
  spec.ipFamilyPolicy ?? before?.ipFamilyPolicy ?? (isSelectorlessHeadless(spec) ? 'RequireDualStack' : 'SingleStack')

const same = (a: readonly string[] = [], b: readonly string[] = []): boolean => deepEqual(a, b)

/** A service that would rather have two families is not changed because the cluster has got a second one. */
const staysAsItWas = (spec: ServiceSpec, before: ServiceSpec | undefined): boolean =>
  before !== undefined &&
  before.type === spec.type &&
  spec.ipFamilyPolicy === 'PreferDualStack' &&
  (before.ipFamilyPolicy ?? 'PreferDualStack') === 'PreferDualStack' &&
  same(before.clusterIPs, spec.clusterIPs) &&
  same(before.ipFamilies, spec.ipFamilies)

/**
 * The spec with the families of its addresses, as far as the cluster has them: what is left out is filled in, what cannot be is
 * refused. In the order, and with the words, of Kubernetes. `families`: the cluster's, the usual one first.
 */
export const withFamilies = (
  name: string,
  spec: ServiceSpec,
  before: ServiceSpec | undefined,
  families: readonly Family[],
): Either<Refusal, ServiceSpec> => {
  if (spec.type === 'ExternalName' || staysAsItWas(spec, before)) return E.right(spec)
  const refused = (errors: readonly FieldError[]): Either<Refusal, ServiceSpec> =>
    E.left(invalidObject(Service, name, errors))
  const policy = policyOf(spec, before)
  const broken = clusterAddressErrors(spec)
  if (broken.length > 0) return refused(broken)

  const single = policy === 'SingleStack'
  const ips = narrowed(spec.clusterIPs, before?.clusterIPs, single)
  const given = narrowed(spec.ipFamilies, before?.ipFamilies, single)
  const at = 'spec.ipFamilyPolicy'
  const errors = [
    ...(before && !single && reduces(ips, before.clusterIPs)
      ? [invalid(at, policy, "must be 'SingleStack' to release the secondary cluster IP")]
      : []),
    ...(before && !single && reduces(given, before.ipFamilies)
      ? [invalid(at, policy, "must be 'SingleStack' to release the secondary IP family")]
      : []),
    ...(single && ips?.length === 2
      ? [invalid(at, policy, "must be 'RequireDualStack' or 'PreferDualStack' when multiple cluster IPs are specified")]
      : []),
    ...(single && given?.length === 2
      ? [invalid(at, policy, "must be 'RequireDualStack' or 'PreferDualStack' when multiple IP families are specified")]
      : []),
  ]
  const inferred: string[] = [...(given ?? [])]
  for (const [i, ip] of (ips ?? []).entries()) {
    if (ip === 'None' || i < inferred.length) continue
    const family = ipFamilyOf(ip) === 6 ? 'IPv6' : 'IPv4'
    if (families.includes(family)) inferred.push(family)
    else errors.push(invalid(`spec.clusterIPs[${i}]`, ips, `${family} is not configured on this cluster`))
  }
  if (errors.length > 0) return refused(errors)

  const complete = (all: readonly string[]): Either<Refusal, ServiceSpec> =>
    E.right({ ...spec, ...(ips ? { clusterIPs: ips } : {}), ipFamilies: all, ipFamilyPolicy: policy })
  const usual = families[0] ?? 'IPv4'
  const chosen = inferred.length > 0 ? inferred : [usual]
  const [first = usual] = chosen
  if (isSelectorlessHeadless(spec)) return complete(single || chosen.length > 1 ? chosen : [first, other(first)])

  const missing = [
    ...(policy === 'RequireDualStack' && families.length < 2
      ? [invalid(at, policy, 'this cluster is not configured for dual-stack services')]
      : []),
    ...inferred.flatMap((family, i) =>
      families.some(one => one === family)
        ? []
        : [invalid(`spec.ipFamilies[${i}]`, family, 'not configured on this cluster')],
    ),
  ]
  if (missing.length > 0) return refused(missing)
  const both = !single && chosen.length === 1 && families.length === 2
  return complete(both ? [first, other(first)] : chosen)
}

/** Who asks for one family alone, and leaves two as they are, means the first of them. */
const narrowed = (
  list: readonly string[] | undefined,
  before: readonly string[] | undefined,
  single: boolean,
): readonly string[] | undefined =>
  single && before !== undefined && list !== undefined && list.length > 1 && same(list, before)
    ? list.slice(0, 1)
    : list

const reduces = (list: readonly string[] | undefined, before: readonly string[] | undefined): boolean =>
  (list?.length ?? 0) > 0 && (list?.length ?? 0) < (before?.length ?? 0)
