import { ClusterRole, ClusterRoleBinding, Role, RoleBinding } from '@periplus/kinds'
import type { PolicyRule, Subject } from '@periplus/kinds'
import type { Kind, KubernetesObject } from '@periplus/api'
import { rbacGroup } from '../effective-rules.ts'

/** An object of the policy that a cluster begins with. */
export interface PolicyObject {
  readonly kind: Kind
  readonly object: KubernetesObject
}

const apiVersion = `${rbacGroup}/v1`
const labels = { 'kubernetes.io/bootstrapping': 'rbac-defaults' }
const annotations = { 'rbac.authorization.kubernetes.io/autoupdate': 'true' }

const words = (text: string): readonly string[] => text.split(' ')

export const read = 'get list watch'
export const write = 'create delete deletecollection patch update'
export const readWrite = `${read} ${write}`

/** `group` is `''` for the core group; verbs and resources are separated by spaces. */
export const rule = (verbs: string, group: string, resources: string, names: readonly string[] = []): PolicyRule => ({
  verbs: words(verbs),
  apiGroups: [group],
  resources: words(resources),
  ...(names.length > 0 ? { resourceNames: names } : {}),
})

export const paths = (verbs: string, urls: string): PolicyRule => ({
  verbs: words(verbs),
  nonResourceURLs: words(urls),
})

export const group = (name: string): Subject => ({ kind: 'Group', apiGroup: rbacGroup, name })
export const user = (name: string): Subject => ({ kind: 'User', apiGroup: rbacGroup, name })

export const clusterRole = (
  name: string,
  rules: readonly PolicyRule[],
  moreLabels: Readonly<Record<string, string>> = {},
): PolicyObject => ({
  kind: ClusterRole,
  object: object({ kind: 'ClusterRole', metadata: { name, labels: { ...labels, ...moreLabels }, annotations }, rules }),
})

/** A role that grants what all those grant that carry `label`. */
export const aggregatedRole = (
  name: string,
  label: string,
  moreLabels: Readonly<Record<string, string>> = {},
): PolicyObject => ({
  kind: ClusterRole,
  object: object({
    kind: 'ClusterRole',
    metadata: { name, labels: { ...labels, ...moreLabels }, annotations },
    aggregationRule: { clusterRoleSelectors: [{ matchLabels: { [label]: 'true' } }] },
  }),
})

export const clusterBinding = (name: string, role: string, subjects: readonly Subject[]): PolicyObject => ({
  kind: ClusterRoleBinding,
  object: object({
    kind: 'ClusterRoleBinding',
    metadata: { name, labels, annotations },
    roleRef: { apiGroup: rbacGroup, kind: 'ClusterRole', name: role },
    subjects,
  }),
})

export const role = (namespace: string, name: string, rules: readonly PolicyRule[]): PolicyObject => ({
  kind: Role,
  object: object({ kind: 'Role', metadata: { name, namespace, labels, annotations }, rules }),
})

export const binding = (
  namespace: string,
  name: string,
  roleName: string,
  subjects: readonly Subject[],
): PolicyObject => ({
  kind: RoleBinding,
  object: object({
    kind: 'RoleBinding',
    metadata: { name, namespace, labels, annotations },
    roleRef: { apiGroup: rbacGroup, kind: 'Role', name: roleName },
    subjects,
  }),
})

const object = (fields: object): KubernetesObject => ({ apiVersion, ...fields })
