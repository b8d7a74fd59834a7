import { clusterBinding, group } from './describe.ts'
import type { PolicyObject } from './describe.ts'
import { systemRoles } from './system-roles.ts'
import { userRoles } from './user-roles.ts'

/**
 * The roles and bindings that a cluster begins with: those that clients and charts count on. They are created through commands
 * where they are missing, after the namespaces `kube-system` and `kube-public`.
 */
export const bootstrapPolicy: readonly PolicyObject[] = [
  ...userRoles,
  clusterBinding('cluster-admin', 'cluster-admin', [group('system:masters')]),
  ...systemRoles,
]
