import {
  addQuantities,
  compareQuantities,
  groupResource,
  parseTime,
  quantityFromValue,
  quantityOf,
  wholeValue,
  zeroQuantity,
} from '@periplus/api'
import type { KubernetesObject, Quantity } from '@periplus/api'
import type { PersistentVolumeClaim } from '../core/v1/persistent-volume-claim/persistent-volume-claim.ts'
import type { Pod } from '../core/v1/pod/pod.ts'
import { isPodTerminated } from '../pods/phase.ts'
import { podLimits, podRequests } from '../pods/requests.ts'
import type { Amounts } from '../pods/requests.ts'
import type { ResourceQuota } from '../core/v1/resource-quota/resource-quota.ts'
import type { Service } from '../core/v1/service/service.ts'
import { isCountedByName, isCountedLimit, isCountedPlainly, isCountedRequest } from './names.ts'
import { inQuotaScope } from './scopes.ts'

const one = quantityFromValue(1)

/**
 * What an object takes of the resources that quotas limit. A pod that has ended takes nothing but its place in `count/pods`, nor
 * does one that should have been gone for longer than its grace (`now` in milliseconds): its node may be lost.
 */
export const quotaUsage = (group: string, resource: string, object: KubernetesObject, now: number): Amounts => {
  if (group === '' && resource === 'pods' && now > (countedUntil(object as Pod) ?? Infinity))
    return counted(group, resource)
  const known = remembered.get(object) ?? usageOf(group, resource, object)
  remembered.set(object, known)
  return known
}

/** Whenever one object of a namespace changes, its quotas ask it of all of them. */
const remembered = new WeakMap<KubernetesObject, Amounts>()

const counted = (group: string, resource: string): Amounts => ({
  [`count/${groupResource(resource, group)}`]: one,
})

const usageOf = (group: string, resource: string, object: KubernetesObject): Amounts => {
  const count = counted(group, resource)
  if (group !== '') return count
  switch (resource) {
    case 'pods':
      return { ...count, ...ofPod(object as Pod) }
    case 'persistentvolumeclaims':
      return { ...count, ...ofClaim(object as PersistentVolumeClaim) }
    case 'services':
      return { ...count, ...ofService(object as Service) }
    default:
      return isCountedByName(resource) ? { ...count, [resource]: one } : count
  }
}

/** What these objects of one resource take together, of those that the quota is for. */
export const quotaUsageOfAll = (
  quota: ResourceQuota,
  group: string,
  resource: string,
  objects: Iterable<KubernetesObject>,
  now: number,
): Amounts => {
  const total = new Map<string, Quantity>()
  for (const object of objects) {
    if (!inQuotaScope(quota, group, resource, object)) continue
    for (const [name, amount] of Object.entries(quotaUsage(group, resource, object, now)))
      total.set(name, addQuantities(total.get(name) ?? zeroQuantity, amount))
  }
  return Object.fromEntries(total)
}

/** Until when quotas count a pod that is being deleted, in milliseconds since the epoch; `undefined` for those that stay. */
export const countedUntil = ({ metadata }: Pod): number | undefined => {
  const { deletionTimestamp, deletionGracePeriodSeconds } = metadata ?? {}
  if (deletionTimestamp === undefined || deletionGracePeriodSeconds === undefined) return undefined
  const deleted = parseTime(deletionTimestamp)
  return deleted === undefined ? undefined : deleted + Number(deletionGracePeriodSeconds) * 1000
}

const prefixed = (prefix: string, amounts: Amounts, which: (name: string) => boolean = () => true): Amounts =>
  Object.fromEntries(
    Object.entries(amounts).flatMap(([name, amount]) => (which(name) ? [[`${prefix}${name}`, amount]] : [])),
  )

const ofPod = (pod: Pod): Amounts => {
  if (isPodTerminated(pod)) return {}
  const requests = podRequests(pod)
  return {
    pods: one,
    ...prefixed('', requests, isCountedPlainly),
    ...prefixed('requests.', requests, isCountedRequest),
    ...prefixed('limits.', podLimits(pod), isCountedLimit),
  }
}

/** The way to name a claim's class before there was a field for it; it still goes first. */
const classAnnotation = 'volume.beta.kubernetes.io/storage-class'

const ofClaim = ({ metadata, spec, status }: PersistentVolumeClaim): Amounts => {
  const asked = spec?.resources?.requests?.['storage']
  const allocated = quantityOf(status?.allocatedResources?.['storage'] ?? '0')
  const storage = asked === undefined ? undefined : larger(quantityOf(asked), allocated)
  const amounts: Amounts = { persistentvolumeclaims: one, ...(storage ? { 'requests.storage': whole(storage) } : {}) }
  const ofClass = metadata?.annotations?.[classAnnotation] ?? spec?.storageClassName
  return ofClass ? { ...amounts, ...prefixed(`${ofClass}.storageclass.storage.k8s.io/`, amounts) } : amounts
}

const larger = (a: Quantity, b: Quantity): Quantity => (compareQuantities(a, b) >= 0 ? a : b)

/** Bytes have no fractions. */
const whole = (bytes: Quantity): Quantity => quantityFromValue(wholeValue(bytes), bytes.format)

const ofService = ({ spec }: Service): Amounts => {
  const ports = spec?.ports ?? []
  const nodePorts = (count: number): Amounts => ({ 'services.nodeports': quantityFromValue(count) })
  if (spec?.type === 'NodePort') return { services: one, ...nodePorts(ports.length) }
  if (spec?.type !== 'LoadBalancer') return { services: one }
  const allocated = spec.allocateLoadBalancerNodePorts === false ? ports.filter(({ nodePort }) => nodePort) : ports
  return { services: one, 'services.loadbalancers': one, ...nodePorts(allocated.length) }
}
