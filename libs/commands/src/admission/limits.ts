import { own } from '@periplus/prelude'
import { approximateValue, compareQuantities, formatQuantity, quantityOf } from '@periplus/api'
import type { KubernetesObject, Quantity } from '@periplus/api'
import { podLimits, podRequests } from '@periplus/kinds'
import type { Amounts, LimitRangeItem, PersistentVolumeClaim, Pod } from '@periplus/kinds'
import { containersOf } from './pods.ts'

/** What is broken of one limit, in Kubernetes' words; `resource` is the plural of what is created. */
export const limitErrors = (item: LimitRangeItem, resource: string, object: KubernetesObject): readonly string[] => {
  const check = (requests: Amounts, limits: Amounts): readonly string[] => [
    ...minimum(item, requests, limits),
    ...maximum(item, requests, limits),
    ...ratio(item, requests, limits),
  ]
  if (resource === 'pods' && item.type === 'Container')
    return containersOf(object as Pod).flatMap(({ resources }) =>
      check(amounts(resources?.requests), amounts(resources?.limits)),
    )
  if (resource === 'pods' && item.type === 'Pod') return check(podRequests(object as Pod), podLimits(object as Pod))
  if (resource === 'persistentvolumeclaims' && item.type === 'PersistentVolumeClaim') {
    const requests = amounts((object as PersistentVolumeClaim).spec?.resources?.requests)
    return [...minimum(item, requests, {}), ...maximum(item, requests)]
  }
  return []
}

const amounts = (texts: Readonly<Record<string, string>> | undefined): Amounts =>
  Object.fromEntries(Object.entries(texts ?? {}).map(([name, text]) => [name, quantityOf(text)]))

const less = (a: Quantity, b: Quantity): boolean => compareQuantities(a, b) < 0

const minimum = ({ min, type }: LimitRangeItem, requests: Amounts, limits: Amounts): readonly string[] =>
  Object.entries(amounts(min)).flatMap(([name, least]) => {
    const rule = `minimum ${name} usage per ${type} is ${formatQuantity(least)}`
    const [request, limit] = [own(requests, name), own(limits, name)]
    if (!request) return [`${rule}.  No request is specified`]
    if (less(request, least)) return [`${rule}, but request is ${formatQuantity(request)}`]
    return limit && less(limit, least) ? [`${rule}, but limit is ${formatQuantity(limit)}`] : []
  })

/** Without limits: of what has none, so that its requests alone are held to it. */
const maximum = ({ max, type }: LimitRangeItem, requests: Amounts, limits?: Amounts): readonly string[] =>
  Object.entries(amounts(max)).flatMap(([name, most]) => {
    const rule = `maximum ${name} usage per ${type} is ${formatQuantity(most)}`
    const request = own(requests, name)
    const [first, word] = limits ? [own(limits, name), 'limit'] : [request, 'request']
    if (!first) return [`${rule}.  No ${word} is specified`]
    if (less(most, first)) return [`${rule}, but ${word} is ${formatQuantity(first)}`]
    return request && less(most, request) ? [`${rule}, but request is ${formatQuantity(request)}`] : []
  })

const ratio = ({ maxLimitRequestRatio, type }: LimitRangeItem, requests: Amounts, limits: Amounts): readonly string[] =>
  Object.entries(amounts(maxLimitRequestRatio)).flatMap(([name, most]) => {
    const rule = `${name} max limit to request ratio per ${type} is ${formatQuantity(most)}`
    const [request, limit] = [own(requests, name), own(limits, name)]
    if (!request || request.nanos === 0n) return [`${rule}, but no request is specified or request is 0`]
    if (!limit || limit.nanos === 0n) return [`${rule}, but no limit is specified or limit is 0`]
    const actual = approximateValue(limit) / approximateValue(request)
    return actual > approximateValue(most) ? [`${rule}, but provided ratio is ${actual.toFixed(6)}`] : []
  })
