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

export const PodSpec = struct(
  `${pkg}.PodSpec`,
  {
    activeDeadlineSeconds: optional(5, int64, { doc: 'Seconds after which the pod is ended and counts as failed.' }),
    affinity: optional(18, Affinity, { doc: 'Where the pod wants to be, and beside which pods.' }),
    automountServiceAccountToken: optional(21, boolean, {
      doc: 'Whether containers get a token of the service account.',
    }),
    containers: required(2, list(Container), {
      listType: 'map',
      keys: ['name'],
      mergeKey: 'name',
      patch: 'merge',
      doc: 'What runs. At least one; the list is fixed once the pod exists.',
    }),
    dnsConfig: optional(26, PodDNSConfig, { doc: 'Additions to what dnsPolicy makes of name resolution.' }),
    dnsPolicy: optional(6, string, {
      default: 'ClusterFirst',
      doc: 'How names are resolved: ClusterFirst, ClusterFirstWithHostNet, Default or None.',
    }),
    enableServiceLinks: optional(30, boolean, {
      doc: 'Whether services of the namespace appear as environment variables.',
    }),
    ephemeralContainers: optional(34, list(EphemeralContainer), {
      listType: 'map',
      keys: ['name'],
      mergeKey: 'name',
      patch: 'merge',
      doc: 'Containers added to look into a running pod; written through their own subresource.',
    }),
    hostAliases: optional(23, list(HostAlias), {
      listType: 'map',
      keys: ['ip'],
      mergeKey: 'ip',
      patch: 'merge',
      doc: 'Lines added to /etc/hosts.',
    }),
    hostIPC: optional(13, boolean, { doc: "Use the node's inter-process communication." }),
    hostNetwork: optional(11, boolean, { doc: "Use the node's network instead of an address of its own." }),
    hostPID: optional(12, boolean, { doc: "See the node's processes." }),
    hostUsers: optional(37, boolean),
    hostname: optional(16, string, { doc: 'Host name inside the pod; its own name where nothing is said.' }),
    hostnameOverride: optional(41, string),
    imagePullSecrets: optional(15, list(LocalObjectReference), {
      listType: 'map',
      keys: ['name'],
      mergeKey: 'name',
      patch: 'merge',
      doc: 'Secrets with which images are pulled.',
    }),
    initContainers: optional(20, list(Container), {
      listType: 'map',
      keys: ['name'],
      mergeKey: 'name',
      patch: 'merge',
      doc: 'Containers that run to their end, one after the other, before the others start; those that restart are sidecars.',
    }),
    nodeName: optional(10, string, { doc: 'The node that runs the pod. Set by the scheduler.' }),
    nodeSelector: optional(7, map(string), { mapType: 'atomic', doc: 'Labels that a node must have to run the pod.' }),
    os: optional(36, PodOS),
    overhead: optional(32, map(quantity), { doc: 'What running the pod costs besides its containers.' }),
    preemptionPolicy: optional(31, string, {
      doc: 'Whether the pod may push others out: Never or PreemptLowerPriority.',
    }),
    priority: optional(25, int32, { doc: 'Higher goes first. Set from the priority class.' }),
    priorityClassName: optional(24, string, { doc: 'The class that decides about the priority.' }),
    readinessGates: optional(28, list(PodReadinessGate), {
      listType: 'atomic',
      doc: 'Conditions that must be true besides the containers being ready.',
    }),
    resourceClaims: optional(39, list(PodResourceClaim), {
      listType: 'map',
      keys: ['name'],
      mergeKey: 'name',
      patch: 'merge,retainKeys',
    }),
    resources: optional(40, ResourceRequirements, { doc: 'What the pod as a whole asks for and is limited to.' }),
    restartPolicy: optional(3, string, {
      default: 'Always',
      doc: 'Whether containers that end are started again: Always, OnFailure or Never.',
    }),
    runtimeClassName: optional(29, string, { doc: 'The class of container runtime that runs the pod.' }),
    schedulerName: optional(19, string, { default: 'default-scheduler', doc: 'Who chooses the node.' }),
    schedulingGates: optional(38, list(PodSchedulingGate), {
      listType: 'map',
      keys: ['name'],
      mergeKey: 'name',
      patch: 'merge',
      doc: 'While there are any, no node is chosen. They can only be taken away.',
    }),
    schedulingGroup: optional(43, PodSchedulingGroup),
    securityContext: optional(14, PodSecurityContext, {
      default: {},
      doc: 'Users, groups and privileges for all containers.',
    }),
    serviceAccount: optional(9, string, { doc: 'Old name of serviceAccountName.' }),
    serviceAccountName: optional(8, string, { doc: 'The account under which the pod talks to the API.' }),
    setHostnameAsFQDN: optional(35, boolean),
    shareProcessNamespace: optional(27, boolean, { doc: "Whether the containers see each other's processes." }),
    subdomain: optional(17, string, { doc: "With the hostname, a name in the cluster's DNS." }),
    terminationGracePeriodSeconds: optional(4, int64, {
      default: 30,
      doc: 'Seconds between the request to stop and the kill.',
    }),
    tolerations: optional(22, list(Toleration), {
      listType: 'atomic',
      doc: 'Taints of nodes that the pod puts up with.',
    }),
    topologySpreadConstraints: optional(33, list(TopologySpreadConstraint), {
      listType: 'map',
      keys: ['topologyKey', 'whenUnsatisfiable'],
      mergeKey: 'topologyKey',
      patch: 'merge',
      doc: 'How pods are spread over zones, nodes or other domains.',
    }),
    volumes: optional(1, list(Volume), {
      listType: 'map',
      keys: ['name'],
      mergeKey: 'name',
      patch: 'merge,retainKeys',
      doc: 'What containers can mount.',
    }),
  },
  { doc: 'What a pod runs, and how.' },
)
export interface PodSpec extends TypeOf<typeof PodSpec> {}
