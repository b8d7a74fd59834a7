import { schema } from '@periplus/api'
import type { TypeOf } from '@periplus/api'
import { ContainerPort, ContainerResizePolicy, ContainerRestartRule, VolumeDevice, VolumeMount } from './container.ts'
import { EnvFromSource, EnvVar } from './env.ts'
import { Lifecycle } from './handlers.ts'
import { Probe } from './probe.ts'
import { ResourceRequirements } from './resources.ts'
import { SecurityContext } from './security.ts'

const { boolean, list, optional, required, string, struct } = schema

export const EphemeralContainer = struct('io.k8s.api.core.v1.EphemeralContainer', {
  args: optional(4, list(string), { listType: 'atomic', within: [1] }),
  command: optional(3, list(string), { listType: 'atomic', within: [1] }),
  env: optional(7, list(EnvVar), { listType: 'map', keys: ['name'], mergeKey: 'name', patch: 'merge', within: [1] }),
  envFrom: optional(19, list(EnvFromSource), { listType: 'atomic', within: [1] }),
  image: optional(2, string, { within: [1] }),
  imagePullPolicy: optional(14, string, { within: [1] }),
  lifecycle: optional(12, Lifecycle, { within: [1] }),
  livenessProbe: optional(10, Probe, { within: [1] }),
  name: required(1, string, { within: [1] }),
  ports: optional(6, list(ContainerPort), {
    listType: 'map',
    keys: ['containerPort', 'protocol'],
    mergeKey: 'containerPort',
    patch: 'merge',
    within: [1],
  }),
  readinessProbe: optional(11, Probe, { within: [1] }),
  resizePolicy: optional(23, list(ContainerResizePolicy), { listType: 'atomic', within: [1] }),
  resources: optional(8, ResourceRequirements, { default: {}, within: [1] }),
  restartPolicy: optional(24, string, { within: [1] }),
  restartPolicyRules: optional(25, list(ContainerRestartRule), { listType: 'atomic', within: [1] }),
  securityContext: optional(15, SecurityContext, { within: [1] }),
  startupProbe: optional(22, Probe, { within: [1] }),
  stdin: optional(16, boolean, { within: [1] }),
  stdinOnce: optional(17, boolean, { within: [1] }),
  targetContainerName: optional(2, string),
  terminationMessagePath: optional(13, string, { default: '/dev/termination-log', within: [1] }),
  terminationMessagePolicy: optional(20, string, { default: 'File', within: [1] }),
  tty: optional(18, boolean, { within: [1] }),
  volumeDevices: optional(21, list(VolumeDevice), {
    listType: 'map',
    keys: ['devicePath'],
    mergeKey: 'devicePath',
    patch: 'merge',
    within: [1],
  }),
  volumeMounts: optional(9, list(VolumeMount), {
    listType: 'map',
    keys: ['mountPath'],
    mergeKey: 'mountPath',
    patch: 'merge',
    within: [1],
  }),
  workingDir: optional(5, string, { within: [1] }),
})
export interface EphemeralContainer extends TypeOf<typeof EphemeralContainer> {}
