import type { KubernetesObject } from '@periplus/api'
import type { PersistentVolumeClaim } from '../core/v1/persistent-volume-claim/persistent-volume-claim.ts'
import { podQosClass } from '../core/v1/pod/qos.ts'
import type { Pod } from '../core/v1/pod/pod.ts'
import type { ResourceQuota } from '../core/v1/resource-quota/resource-quota.ts'

interface Scope {
  readonly scopeName: string
  readonly operator: string
  readonly values?: readonly string[]
}

/** Whether the quota is for this object: quotas with scopes are for some pods, or some claims, only. */
export const inQuotaScope = (
  { spec }: ResourceQuota,
  group: string,
  resource: string,
  object: KubernetesObject,
): boolean => {
  const plain: readonly Scope[] = (spec?.scopes ?? []).map(scopeName => ({ scopeName, operator: 'Exists' }))
  const scopes = [...plain, ...((spec?.scopeSelector?.matchExpressions ?? []) as readonly Scope[])]
  if (scopes.length === 0) return true
  if (group !== '') return false
  if (resource === 'pods') return scopes.every(scope => podInScope(object as Pod, scope))
  return resource === 'persistentvolumeclaims' && scopes.every(scope => claimInScope(object, scope))
}

/** As a label selector reads it: of names that are absent, `NotIn` and `DoesNotExist` are true. */
const isNamed = (names: readonly string[], { operator, values = [] }: Scope): boolean => {
  switch (operator) {
    case 'Exists':
      return names.length > 0
    case 'In':
      return names.some(name => values.includes(name))
    case 'NotIn':
      return names.length === 0 || names.some(name => !values.includes(name))
    case 'DoesNotExist':
      return names.length === 0
    default:
      return false
  }
}

const podInScope = (pod: Pod, scope: Scope): boolean => {
  const { activeDeadlineSeconds, priorityClassName } = pod.spec ?? {}
  switch (scope.scopeName) {
    case 'BestEffort':
      return podQosClass(pod) === 'BestEffort'
    case 'NotBestEffort':
      return podQosClass(pod) !== 'BestEffort'
    case 'Terminating':
      return activeDeadlineSeconds !== undefined
    case 'NotTerminating':
      return activeDeadlineSeconds === undefined
    case 'PriorityClass':
      return isNamed(priorityClassName ? [priorityClassName] : [], scope)
    case 'CrossNamespacePodAffinity':
      return looksAcrossNamespaces(pod)
    default:
      return false
  }
}

const looksAcrossNamespaces = ({ spec }: Pod): boolean =>
  [spec?.affinity?.podAffinity, spec?.affinity?.podAntiAffinity]
    .flatMap(affinity => [
      ...(affinity?.requiredDuringSchedulingIgnoredDuringExecution ?? []),
      ...(affinity?.preferredDuringSchedulingIgnoredDuringExecution ?? []).map(
        ({ podAffinityTerm }) => podAffinityTerm,
      ),
    ])
    .some(term => (term.namespaces ?? []).length > 0 || term.namespaceSelector !== undefined)

const claimInScope = ({ spec, status }: PersistentVolumeClaim, scope: Scope): boolean => {
  if (scope.scopeName !== 'VolumeAttributesClass') return false
  const names = [
    spec?.volumeAttributesClassName,
    status?.currentVolumeAttributesClassName,
    status?.modifyVolumeStatus?.targetVolumeAttributesClassName,
  ]
  return isNamed([...new Set(names.flatMap(name => (name ? [name] : [])))], scope)
}
