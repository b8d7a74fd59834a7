import { quantityFromValue, quantityOf } from '@periplus/api'
import type { KubernetesObject } from '@periplus/api'
import { podLimits, podQosClass, podRequests } from '@periplus/kinds'
import type { Amounts, PersistentVolumeClaim, Pod, ResourceQuota, Service } from '@periplus/kinds'

const one = quantityFromValue(1)

/** Core resources that quotas count by their plain names. */
const counted: ReadonlySet<string> = new Set([
  'pods',
  'services',
  'replicationcontrollers',
  'resourcequotas',
  'secrets',
  'configmaps',
  'persistentvolumeclaims',
])

/** What an object takes of the resources that quotas limit; nothing for a pod that has ended, save its place in `count/pods`. */
export const usageOf = (group: string, resource: string, object: KubernetesObject): Amounts => {
  const count: Amounts = { [`count/${resource}${group === '' ? '' : `.${group}`}`]: one }
  if (group !== '') return count
  switch (resource) {
    case 'pods':
      return { ...count, ...ofPod(object as Pod) }
    case 'persistentvolumeclaims':
      return { ...count, ...ofClaim(object as PersistentVolumeClaim) }
    case 'services':
      return { ...count, ...ofService(object as Service) }
    default:
      return counted.has(resource) ? { ...count, [resource]: one } : count
  }
}

const prefixed = (prefix: string, amounts: Amounts): Amounts =>
  Object.fromEntries(Object.entries(amounts).map(([name, amount]) => [`${prefix}${name}`, amount]))

const ofPod = (pod: Pod): Amounts => {
  if (pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed') return {}
  const requests = podRequests(pod)
  const plain = Object.fromEntries(
    Object.entries(requests).filter(([name]) => name === 'cpu' || name === 'memory' || name === 'ephemeral-storage'),
  )
  return { pods: one, ...plain, ...prefixed('requests.', requests), ...prefixed('limits.', podLimits(pod)) }
}

const ofClaim = ({ spec }: PersistentVolumeClaim): Amounts => {
  const storage = spec?.resources?.requests?.['storage']
  const amounts: Amounts = {
    persistentvolumeclaims: one,
    ...(storage ? { 'requests.storage': quantityOf(storage) } : {}),
  }
  const ofClass = spec?.storageClassName
  return ofClass ? { ...amounts, ...prefixed(`${ofClass}.storageclass.storage.k8s.io/`, amounts) } : amounts
}

const ofService = ({ spec }: Service): Amounts => {
  const ports = quantityFromValue(spec?.ports?.length ?? 0)
  if (spec?.type === 'NodePort') return { services: one, 'services.nodeports': ports }
  if (spec?.type !== 'LoadBalancer') return { services: one }
  const nodePorts = spec.allocateLoadBalancerNodePorts === false ? quantityFromValue(0) : ports
  return { services: one, 'services.loadbalancers': one, 'services.nodeports': nodePorts }
}

/** Whether the quota is for this object: quotas with scopes are for some pods only. */
export const inScope = ({ spec }: ResourceQuota, resource: string, object: KubernetesObject): boolean => {
  const plain = (spec?.scopes ?? []).map(scopeName => ({ scopeName, operator: 'Exists', values: undefined }))
  const scopes = [...plain, ...(spec?.scopeSelector?.matchExpressions ?? [])]
  if (scopes.length === 0) return true
  return resource === 'pods' && scopes.every(scope => podInScope(object as Pod, scope))
}

const podInScope = (
  pod: Pod,
  { scopeName, operator, values = [] }: { scopeName: string; operator: string; values?: readonly string[] | undefined },
): boolean => {
  switch (scopeName) {
    case 'BestEffort':
      return podQosClass(pod) === 'BestEffort'
    case 'NotBestEffort':
      return podQosClass(pod) !== 'BestEffort'
    case 'Terminating':
      return pod.spec?.activeDeadlineSeconds !== undefined
    case 'NotTerminating':
      return pod.spec?.activeDeadlineSeconds === undefined
    case 'PriorityClass': {
      const name = pod.spec?.priorityClassName ?? ''
      if (operator === 'In') return values.includes(name)
      if (operator === 'NotIn') return !values.includes(name)
      return operator === 'Exists' ? name !== '' : name === ''
    }
    default:
      return false
  }
}
