import { fieldError } from '@periplus/api'
import type { FieldError } from '@periplus/api'
import { loadBalancerErrors } from '../../../validation/load-balancer-status.ts'
import type { Service } from './schema.ts'

const { forbidden, notSupported, required } = fieldError

/** Only what is balanced has a balancer; an address says how traffic comes to the node. */
export const serviceStatusErrors = (next: Service, previous: Service): readonly FieldError[] => {
  const path = 'status.loadBalancer.ingress'
  if (next.spec?.type !== 'LoadBalancer')
    return next.status?.loadBalancer?.ingress?.length
      ? [forbidden(path, "may only be used when `spec.type` is 'LoadBalancer'")]
      : []
  return loadBalancerErrors(next, previous, ({ ip, ipMode }, at) => {
    if (ipMode === undefined) return ip ? [required(`${at}.ipMode`, 'must be specified when `ip` is set')] : []
    if (!ip) return [forbidden(`${at}.ipMode`, 'may not be specified when `ip` is not set')]
    return ipMode === 'Proxy' || ipMode === 'VIP' ? [] : [notSupported(`${at}.ipMode`, ipMode, ['Proxy', 'VIP'])]
  })
}
