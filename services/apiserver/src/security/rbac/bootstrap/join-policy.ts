import { binding, clusterBinding, clusterRole, group, role, rule, user } from './describe.ts'
import type { PolicyObject } from './describe.ts'

const bootstrapper = 'system:node-bootstrapper'
const nodeClient = 'system:certificates.k8s.io:certificatesigningrequests:nodeclient'
const clusterInfo = 'kubeadm:bootstrap-signer-clusterinfo'

/** What kubeadm adds for hosts that are to become nodes: they ask for a certificate, which is granted, and find out whom to trust. */
export const joinPolicy: readonly PolicyObject[] = [
  clusterRole(bootstrapper, [rule('create get list watch', 'certificates.k8s.io', 'certificatesigningrequests')]),
  clusterBinding('kubeadm:kubelet-bootstrap', bootstrapper, [group('system:bootstrappers')]),
  clusterRole(nodeClient, [rule('create', 'certificates.k8s.io', 'certificatesigningrequests/nodeclient')]),
  clusterBinding('kubeadm:node-autoapprove-bootstrap', nodeClient, [group('system:bootstrappers')]),
  role('kube-public', clusterInfo, [rule('get', '', 'configmaps', ['cluster-info'])]),
  binding('kube-public', clusterInfo, clusterInfo, [user('system:anonymous')]),
]
