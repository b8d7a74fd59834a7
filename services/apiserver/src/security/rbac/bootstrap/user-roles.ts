import { aggregatedRole, clusterRole, paths, read, readWrite, rule, write } from './describe.ts'
import type { PolicyObject } from './describe.ts'

const toAdmin = 'rbac.authorization.k8s.io/aggregate-to-admin'
const toEdit = 'rbac.authorization.k8s.io/aggregate-to-edit'
const toView = 'rbac.authorization.k8s.io/aggregate-to-view'

const scalable = 'deployments deployments/scale replicasets replicasets/scale statefulsets statefulsets/scale'

/** What people are given: everything, a namespace, its workloads, or a look at them. Custom resources join by label. */
export const userRoles: readonly PolicyObject[] = [
  clusterRole('cluster-admin', [rule('*', '*', '*'), paths('*', '*')]),
  aggregatedRole('admin', toAdmin),
  aggregatedRole('edit', toEdit, { [toAdmin]: 'true' }),
  aggregatedRole('view', toView, { [toEdit]: 'true' }),

  clusterRole(
    'system:aggregate-to-admin',
    [
      rule('create', 'authorization.k8s.io', 'localsubjectaccessreviews'),
      rule(readWrite, 'rbac.authorization.k8s.io', 'roles rolebindings'),
    ],
    { [toAdmin]: 'true' },
  ),

  clusterRole(
    'system:aggregate-to-edit',
    [
      rule(read, '', 'pods/attach pods/exec pods/portforward pods/proxy secrets services/proxy'),
      rule('impersonate', '', 'serviceaccounts'),
      rule(write, '', 'pods pods/attach pods/exec pods/portforward pods/proxy'),
      rule('create', '', 'pods/eviction'),
      rule(
        write,
        '',
        'configmaps events persistentvolumeclaims replicationcontrollers replicationcontrollers/scale secrets serviceaccounts services services/proxy',
      ),
      rule('create', '', 'serviceaccounts/token'),
      rule(write, 'apps', `daemonsets deployments/rollback ${scalable}`),
      rule(write, 'autoscaling', 'horizontalpodautoscalers'),
      rule(write, 'batch', 'cronjobs jobs'),
      rule(write, 'policy', 'poddisruptionbudgets'),
      rule(write, 'networking.k8s.io', 'ingresses networkpolicies'),
      rule(readWrite, 'coordination.k8s.io', 'leases'),
      rule(write, 'resource.k8s.io', 'resourceclaims resourceclaimtemplates'),
    ],
    { [toEdit]: 'true' },
  ),

  clusterRole('system:aggregated-metrics-reader', [rule(read, 'metrics.k8s.io', 'nodes pods')], {
    [toAdmin]: 'true',
    [toEdit]: 'true',
    [toView]: 'true',
  }),

  clusterRole(
    'system:aggregate-to-view',
    [
      rule(
        read,
        '',
        'configmaps endpoints persistentvolumeclaims persistentvolumeclaims/status pods replicationcontrollers replicationcontrollers/scale serviceaccounts services services/status',
      ),
      rule(
        read,
        '',
        'bindings events limitranges namespaces/status pods/log pods/status replicationcontrollers/status resourcequotas resourcequotas/status',
      ),
      rule(read, '', 'namespaces'),
      rule(read, 'discovery.k8s.io', 'endpointslices'),
      rule(
        read,
        'apps',
        `controllerrevisions daemonsets daemonsets/status deployments/status replicasets/status statefulsets/status ${scalable}`,
      ),
      rule(read, 'autoscaling', 'horizontalpodautoscalers horizontalpodautoscalers/status'),
      rule(read, 'batch', 'cronjobs cronjobs/status jobs jobs/status'),
      rule(read, 'policy', 'poddisruptionbudgets poddisruptionbudgets/status'),
      rule(read, 'networking.k8s.io', 'ingresses ingresses/status networkpolicies'),
      rule(read, 'resource.k8s.io', 'resourceclaims resourceclaims/status resourceclaimtemplates'),
    ],
    { [toView]: 'true' },
  ),
]
