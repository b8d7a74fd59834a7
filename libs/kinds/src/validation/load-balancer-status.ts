import { fieldError, isDns1123Subdomain } from '@periplus/api'
import type { FieldError, FieldPath, KubernetesObject } from '@periplus/api'
import { keptIpErrors, ipFamilyOf } from './ip-address.ts'
import { ipWarnings } from './ip-canonical.ts'
import { each, obeys } from './values.ts'

/** A point at which a load balancer takes traffic, of services and of ingresses. */
export interface BalancerPoint {
  readonly ip?: string
  readonly hostname?: string
}

interface Balanced<P> extends KubernetesObject {
  readonly status?: { readonly loadBalancer?: { readonly ingress?: readonly P[] } }
}

const path = 'status.loadBalancer.ingress'

const pointsOf = <P extends BalancerPoint>({ status }: Balanced<P>): readonly P[] => status?.loadBalancer?.ingress ?? []

/** What is wrong with where a load balancer answers: addresses that are some, or were there, and names that are none. */
export const loadBalancerErrors = <P extends BalancerPoint>(
  next: Balanced<P>,
  previous: Balanced<P>,
  others: (point: P, path: FieldPath) => readonly FieldError[] = () => [],
): readonly FieldError[] => {
  const before = new Set(pointsOf(previous).map(({ ip }) => ip))
  return each(path, pointsOf(next), (point, at) => [
    ...(point.ip ? keptIpErrors(`${at}.ip`, point.ip, before) : []),
    ...others(point, at),
    ...obeys(`${at}.hostname`, point.hostname, isDns1123Subdomain),
    ...(point.hostname && ipFamilyOf(point.hostname) !== undefined
      ? [fieldError.invalid(`${at}.hostname`, point.hostname, 'must be a DNS name, not an IP address')]
      : []),
  ])
}

/** What its writer is told of addresses in a status that will not be taken for ever. */
export const loadBalancerWarnings = (next: Balanced<BalancerPoint>): readonly string[] =>
  pointsOf(next).flatMap(({ ip }, i) => (ip ? ipWarnings(`${path}[${i}]`, ip) : []))
