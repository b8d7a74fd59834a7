import { schema } from '@periplus/api'
import type { TypeOf } from '@periplus/api'
import { EnvFromSource, EnvVar } from './env.ts'
import { Lifecycle } from './handlers.ts'
import { Probe } from './probe.ts'
import { ResourceRequirements } from './resources.ts'
import { SecurityContext } from './security.ts'

const { boolean, int32, list, optional, required, string, struct } = schema
const pkg = 'io.k8s.api.core.v1'

export const ContainerPort = struct(`${pkg}.ContainerPort`, {
  containerPort: required(3, int32),
  hostIP: optional(5, string),
  hostPort: optional(2, int32),
  name: optional(1, string),
  protocol: optional(4, string, { default: 'TCP' }),
})
export interface ContainerPort extends TypeOf<typeof ContainerPort> {}

export const ContainerResizePolicy = struct(`${pkg}.ContainerResizePolicy`, {
  resourceName: required(1, string),
  restartPolicy: required(2, string),
})
export interface ContainerResizePolicy extends TypeOf<typeof ContainerResizePolicy> {}

export const ContainerRestartRuleOnExitCodes = struct(`${pkg}.ContainerRestartRuleOnExitCodes`, {
  operator: required(1, string),
  values: optional(2, list(int32), { listType: 'set' }),
})
export interface ContainerRestartRuleOnExitCodes extends TypeOf<typeof ContainerRestartRuleOnExitCodes> {}

export const ContainerRestartRule = struct(`${pkg}.ContainerRestartRule`, {
  action: required(1, string),
  exitCodes: optional(2, ContainerRestartRuleOnExitCodes),
})
export interface ContainerRestartRule extends TypeOf<typeof ContainerRestartRule> {}

export const VolumeDevice = struct(`${pkg}.VolumeDevice`, {
  devicePath: required(2, string),
  name: required(1, string),
})
export interface VolumeDevice extends TypeOf<typeof VolumeDevice> {}

export const VolumeMount = struct(`${pkg}.VolumeMount`, {
  mountPath: required(3, string),
  mountPropagation: optional(5, string),
  name: required(1, string),
  readOnly: optional(2, boolean),
  recursiveReadOnly: optional(7, string),
  subPath: optional(4, string),
  subPathExpr: optional(6, string),
})
export interface VolumeMount extends TypeOf<typeof VolumeMount> {}

export const Container = struct(`${pkg}.Container`, {
  args: optional(4, list(string), { listType: 'atomic' }),
  command: optional(3, list(string), { listType: 'atomic' }),
  env: optional(7, list(EnvVar), { listType: 'map', keys: ['name'], mergeKey: 'name', patch: 'merge' }),
  envFrom: optional(19, list(EnvFromSource), { listType: 'atomic' }),
  image: optional(2, string),
  imagePullPolicy: optional(14, string),
  lifecycle: optional(12, Lifecycle),
  livenessProbe: optional(10, Probe),
  name: required(1, string),
  ports: optional(6, list(ContainerPort), {
    listType: 'map',
    keys: ['containerPort', 'protocol'],
    mergeKey: 'containerPort',
    patch: 'merge',
  }),
  readinessProbe: optional(11, Probe),
  resizePolicy: optional(23, list(ContainerResizePolicy), { listType: 'atomic' }),
  resources: optional(8, ResourceRequirements, { default: {} }),
  restartPolicy: optional(24, string),
  restartPolicyRules: optional(25, list(ContainerRestartRule), { listType: 'atomic' }),
  securityContext: optional(15, SecurityContext),
  startupProbe: optional(22, Probe),
  stdin: optional(16, boolean),
  stdinOnce: optional(17, boolean),
  terminationMessagePath: optional(13, string, { default: '/dev/termination-log' }),
  terminationMessagePolicy: optional(20, string, { default: 'File' }),
  tty: optional(18, boolean),
  volumeDevices: optional(21, list(VolumeDevice), {
    listType: 'map',
    keys: ['devicePath'],
    mergeKey: 'devicePath',
    patch: 'merge',
  }),
  volumeMounts: optional(9, list(VolumeMount), {
    listType: 'map',
    keys: ['mountPath'],
    mergeKey: 'mountPath',
    patch: 'merge',
  }),
  workingDir: optional(5, string),
})
export interface Container extends TypeOf<typeof Container> {}
