import { binding, clusterBinding, clusterRole, group, paths, read, readWrite, role, rule, user } from './describe.ts'
import type { PolicyRule } from '@periplus/kinds'
import type { PolicyObject } from './describe.ts'

const authenticated = group('system:authenticated')
const unauthenticated = group('system:unauthenticated')
const anyEvent = (name: 'create patch update' = 'create patch update') => [
  rule(name, '', 'events'),
  rule(name, 'events.k8s.io', 'events'),
]
const reviews = [
  rule('create', 'authentication.k8s.io', 'tokenreviews'),
  rule('create', 'authorization.k8s.io', 'subjectaccessreviews'),
]

/** What everybody may: ask what there is, and what they themselves may do. */
const everybody: readonly PolicyObject[] = [
  clusterRole('system:basic-user', [
    rule('create', 'authorization.k8s.io', 'selfsubjectaccessreviews selfsubjectrulesreviews'),
    rule('create', 'authentication.k8s.io', 'selfsubjectreviews'),
  ]),
  clusterBinding('system:basic-user', 'system:basic-user', [authenticated]),
  clusterRole('system:discovery', [
    paths('get', '/api /api/* /apis /apis/* /healthz /livez /openapi /openapi/* /readyz /version /version/'),
  ]),
  clusterBinding('system:discovery', 'system:discovery', [authenticated]),
  clusterRole('system:public-info-viewer', [paths('get', '/healthz /livez /readyz /version /version/')]),
  clusterBinding('system:public-info-viewer', 'system:public-info-viewer', [authenticated, unauthenticated]),
  clusterRole('system:service-account-issuer-discovery', [
    paths(
      'get',
      '/.well-known/openid-configuration /.well-known/openid-configuration/ /openid/v1/jwks /openid/v1/jwks/',
    ),
  ]),
  clusterBinding('system:service-account-issuer-discovery', 'system:service-account-issuer-discovery', [
    group('system:serviceaccounts'),
  ]),
  clusterRole('system:monitoring', [
    paths('get', '/healthz /healthz/* /livez /livez/* /metrics /metrics/slis /readyz /readyz/*'),
  ]),
  clusterBinding('system:monitoring', 'system:monitoring', [group('system:monitoring')]),
]

/** Building blocks for what is installed on a cluster. */
const forAddOns: readonly PolicyObject[] = [
  clusterRole('system:auth-delegator', reviews),
  clusterRole('system:kube-dns', [rule('list watch', '', 'endpoints services')]),
  clusterRole('system:node-proxier', [
    rule('list watch', '', 'endpoints services'),
    rule(read, '', 'nodes'),
    ...anyEvent(),
    rule('list watch', 'discovery.k8s.io', 'endpointslices'),
    rule('list watch', 'networking.k8s.io', 'servicecidrs'),
  ]),
  clusterBinding('system:node-proxier', 'system:node-proxier', [user('system:kube-proxy')]),
  clusterRole('system:persistent-volume-provisioner', [
    rule('create delete get list watch', '', 'persistentvolumes'),
    rule('get list update watch', '', 'persistentvolumeclaims'),
    rule(read, 'storage.k8s.io', 'storageclasses'),
    rule('watch', '', 'events'),
    rule('create patch update', '', 'events'),
  ]),
  role('kube-system', 'extension-apiserver-authentication-reader', [
    rule(read, '', 'configmaps', ['extension-apiserver-authentication']),
  ]),
]

/** What every node may, before the node authorizer narrows it down to what is its own. */
export const nodeRules: readonly PolicyRule[] = [
  ...reviews,
  rule('create', 'authorization.k8s.io', 'localsubjectaccessreviews'),
  rule(read, '', 'services'),
  rule('create get list watch', '', 'nodes'),
  rule('patch update', '', 'nodes nodes/status'),
  ...anyEvent(),
  rule('create delete get list watch', '', 'pods'),
  rule('patch update', '', 'pods/status'),
  rule('create', '', 'pods/eviction'),
  rule(read, '', 'configmaps secrets'),
  rule('get', '', 'endpoints persistentvolumeclaims persistentvolumes'),
  rule('get patch update', '', 'persistentvolumeclaims/status'),
  rule('create', '', 'serviceaccounts/token'),
  rule('get', '', 'serviceaccounts'),
  rule('create delete get patch update', 'coordination.k8s.io', 'leases'),
  rule('create delete get patch update', 'storage.k8s.io', 'csinodes'),
  rule('get', 'storage.k8s.io', 'volumeattachments'),
  rule(read, 'storage.k8s.io', 'csidrivers'),
  rule(read, 'node.k8s.io', 'runtimeclasses'),
  rule('get', 'resource.k8s.io', 'resourceclaims'),
  rule(readWrite, 'resource.k8s.io', 'resourceslices'),
  rule('create get list watch', 'certificates.k8s.io', 'certificatesigningrequests'),
]

const ownNodeClient = 'system:certificates.k8s.io:certificatesigningrequests:selfnodeclient'

/** For a scheduler, a controller manager and nodes that speak to the API server instead of the log. */
const components: readonly PolicyObject[] = [
  clusterRole(ownNodeClient, [rule('create', 'certificates.k8s.io', 'certificatesigningrequests/selfnodeclient')]),
  // What kubeadm adds, here for every node: its certificate is renewed before it ends.
  clusterBinding('kubeadm:node-autoapprove-certificate-rotation', ownNodeClient, [group('system:nodes')]),
  clusterRole('system:kube-scheduler', [
    ...anyEvent(),
    rule('create', 'coordination.k8s.io', 'leases'),
    rule('get list update watch', 'coordination.k8s.io', 'leases', ['kube-scheduler']),
    rule(read, '', 'nodes'),
    rule('delete get list watch', '', 'pods'),
    rule('create', '', 'bindings pods/binding'),
    rule('patch update', '', 'pods/status'),
    rule(read, '', 'namespaces replicationcontrollers services'),
    rule(read, 'apps', 'replicasets statefulsets'),
    rule(read, 'policy', 'poddisruptionbudgets'),
    rule(read, '', 'persistentvolumeclaims persistentvolumes'),
    rule(read, 'storage.k8s.io', 'csidrivers csinodes csistoragecapacities storageclasses volumeattachments'),
    ...reviews,
  ]),
  clusterBinding('system:kube-scheduler', 'system:kube-scheduler', [user('system:kube-scheduler')]),
  clusterRole('system:kube-controller-manager', [
    ...anyEvent(),
    rule('create', 'coordination.k8s.io', 'leases'),
    rule('get list update watch', 'coordination.k8s.io', 'leases', ['kube-controller-manager']),
    rule('create', '', 'secrets serviceaccounts serviceaccounts/token'),
    rule('delete', '', 'secrets'),
    rule('get', '', 'configmaps namespaces secrets serviceaccounts'),
    rule('update', '', 'secrets serviceaccounts'),
    ...reviews,
    rule('list watch', '*', '*'),
  ]),
  clusterBinding('system:kube-controller-manager', 'system:kube-controller-manager', [
    user('system:kube-controller-manager'),
  ]),
  // Nodes are authorized by what is bound to them; this role is for those who name it, as in Kubernetes.
  clusterRole('system:node', nodeRules),
  role('kube-system', 'system::leader-locking', [rule(readWrite, 'coordination.k8s.io', 'leases')]),
  binding('kube-system', 'system::leader-locking', 'system::leader-locking', [
    user('system:kube-controller-manager'),
    user('system:kube-scheduler'),
  ]),
]

export const systemRoles: readonly PolicyObject[] = [...everybody, ...forAddOns, ...components]
