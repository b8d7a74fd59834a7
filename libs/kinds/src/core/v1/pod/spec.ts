import { schema } from '@periplus/api'
import type { TypeOf } from '@periplus/api'
import { LabelSelector } from '../../../apimachinery/meta/v1/label-selector.ts'
import { Affinity } from '../affinity.ts'
import { Container } from '../container.ts'
import { EphemeralContainer } from '../ephemeral-container.ts'
import { LocalObjectReference } from '../references.ts'
import { ResourceRequirements } from '../resources.ts'
import { PodSecurityContext } from '../security.ts'
import { Toleration } from '../tolerations.ts'
import { Volume } from '../volumes.ts'

const { boolean, int32, int64, list, map, optional, quantity, required, string, struct } = schema
const pkg = 'io.k8s.api.core.v1'

export const HostAlias = struct(`${pkg}.HostAlias`, {
  hostnames: optional(2, list(string), { listType: 'atomic' }),
  ip: required(1, string),
})
export interface HostAlias extends TypeOf<typeof HostAlias> {}

export const PodDNSConfigOption = struct(`${pkg}.PodDNSConfigOption`, {
  name: optional(1, string),
  value: optional(2, string),
})
export interface PodDNSConfigOption extends TypeOf<typeof PodDNSConfigOption> {}

export const PodDNSConfig = struct(`${pkg}.PodDNSConfig`, {
  nameservers: optional(1, list(string), { listType: 'atomic' }),
  options: optional(3, list(PodDNSConfigOption), { listType: 'atomic' }),
  searches: optional(2, list(string), { listType: 'atomic' }),
})
export interface PodDNSConfig extends TypeOf<typeof PodDNSConfig> {}

export const PodOS = struct(`${pkg}.PodOS`, {
  name: required(1, string),
})
export interface PodOS extends TypeOf<typeof PodOS> {}

export const PodReadinessGate = struct(`${pkg}.PodReadinessGate`, {
  conditionType: required(1, string),
})
export interface PodReadinessGate extends TypeOf<typeof PodReadinessGate> {}

export const PodResourceClaim = struct(`${pkg}.PodResourceClaim`, {
  name: required(1, string),
  resourceClaimName: optional(3, string),
  resourceClaimTemplateName: optional(4, string),
})
export interface PodResourceClaim extends TypeOf<typeof PodResourceClaim> {}

export const PodSchedulingGate = struct(`${pkg}.PodSchedulingGate`, {
  name: required(1, string),
})
export interface PodSchedulingGate extends TypeOf<typeof PodSchedulingGate> {}

export const PodSchedulingGroup = struct(`${pkg}.PodSchedulingGroup`, {
  podGroupName: optional(1, string),
})
export interface PodSchedulingGroup extends TypeOf<typeof PodSchedulingGroup> {}

export const TopologySpreadConstraint = struct(`${pkg}.TopologySpreadConstraint`, {
  labelSelector: optional(4, LabelSelector),
  matchLabelKeys: optional(8, list(string), { listType: 'atomic' }),
  maxSkew: required(1, int32),
  minDomains: optional(5, int32),
  nodeAffinityPolicy: optional(6, string),
  nodeTaintsPolicy: optional(7, string),
  topologyKey: required(2, string),
  whenUnsatisfiable: required(3, string),
})
export interface TopologySpreadConstraint extends TypeOf<typeof TopologySpreadConstraint> {}

export const PodSpec = struct(`${pkg}.PodSpec`, {
  activeDeadlineSeconds: optional(5, int64),
  affinity: optional(18, Affinity),
  automountServiceAccountToken: optional(21, boolean),
  containers: required(2, list(Container), { listType: 'map', keys: ['name'], mergeKey: 'name', patch: 'merge' }),
  dnsConfig: optional(26, PodDNSConfig),
  dnsPolicy: optional(6, string, { default: 'ClusterFirst' }),
  enableServiceLinks: optional(30, boolean),
  ephemeralContainers: optional(34, list(EphemeralContainer), {
    listType: 'map',
    keys: ['name'],
    mergeKey: 'name',
    patch: 'merge',
  }),
  hostAliases: optional(23, list(HostAlias), { listType: 'map', keys: ['ip'], mergeKey: 'ip', patch: 'merge' }),
  hostIPC: optional(13, boolean),
  hostNetwork: optional(11, boolean),
  hostPID: optional(12, boolean),
  hostUsers: optional(37, boolean),
  hostname: optional(16, string),
  hostnameOverride: optional(41, string),
  imagePullSecrets: optional(15, list(LocalObjectReference), {
    listType: 'map',
    keys: ['name'],
    mergeKey: 'name',
    patch: 'merge',
  }),
  initContainers: optional(20, list(Container), { listType: 'map', keys: ['name'], mergeKey: 'name', patch: 'merge' }),
  nodeName: optional(10, string),
  nodeSelector: optional(7, map(string), { mapType: 'atomic' }),
  os: optional(36, PodOS),
  overhead: optional(32, map(quantity)),
  preemptionPolicy: optional(31, string),
  priority: optional(25, int32),
  priorityClassName: optional(24, string),
  readinessGates: optional(28, list(PodReadinessGate), { listType: 'atomic' }),
  resourceClaims: optional(39, list(PodResourceClaim), {
    listType: 'map',
    keys: ['name'],
    mergeKey: 'name',
    patch: 'merge,retainKeys',
  }),
  resources: optional(40, ResourceRequirements),
  restartPolicy: optional(3, string, { default: 'Always' }),
  runtimeClassName: optional(29, string),
  schedulerName: optional(19, string, { default: 'default-scheduler' }),
  schedulingGates: optional(38, list(PodSchedulingGate), {
    listType: 'map',
    keys: ['name'],
    mergeKey: 'name',
    patch: 'merge',
  }),
  schedulingGroup: optional(43, PodSchedulingGroup),
  securityContext: optional(14, PodSecurityContext, { default: {} }),
  serviceAccount: optional(9, string),
  serviceAccountName: optional(8, string),
  setHostnameAsFQDN: optional(35, boolean),
  shareProcessNamespace: optional(27, boolean),
  subdomain: optional(17, string),
  terminationGracePeriodSeconds: optional(4, int64, { default: 30 }),
  tolerations: optional(22, list(Toleration), { listType: 'atomic' }),
  topologySpreadConstraints: optional(33, list(TopologySpreadConstraint), {
    listType: 'map',
    keys: ['topologyKey', 'whenUnsatisfiable'],
    mergeKey: 'topologyKey',
    patch: 'merge',
  }),
  volumes: optional(1, list(Volume), { listType: 'map', keys: ['name'], mergeKey: 'name', patch: 'merge,retainKeys' }),
})
export interface PodSpec extends TypeOf<typeof PodSpec> {}
