import { fieldError, isDns1123Subdomain } from '@periplus/api'
import type { FieldError, FieldPath } from '@periplus/api'
import { ipErrors, ipFamilyOf } from './ip-address.ts'
import { each, obeys } from './values.ts'

/** A point at which a load balancer takes traffic, of services and of ingresses. */
export interface BalancerPoint {
  readonly ip?: string
  readonly hostname?: string
}

/** What is wrong with where a load balancer answers: addresses that are some, and names that are none. */
export const loadBalancerErrors = <P extends BalancerPoint>(
  path: FieldPath,
  points: readonly P[] | undefined,
  others: (point: P, path: FieldPath) => readonly FieldError[] = () => [],
): readonly FieldError[] =>
  each(path, points, (point, at) => [
    ...(point.ip ? ipErrors(`${at}.ip`, point.ip) : []),
    ...others(point, at),
    ...obeys(`${at}.hostname`, point.hostname, isDns1123Subdomain),
    ...(point.hostname && ipFamilyOf(point.hostname) !== undefined
      ? [fieldError.invalid(`${at}.hostname`, point.hostname, 'must be a DNS name, not an IP address')]
      : []),
  ])
