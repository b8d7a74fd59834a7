import { schema } from '@periplus/api'
import type { TypeOf } from '@periplus/api'
import { EnvFromSource, EnvVar } from './env.ts'
import { Lifecycle } from './handlers.ts'
import { Probe } from './probe.ts'
import { ResourceRequirements } from './resources.ts'
import { SecurityContext } from './security.ts'

const { boolean, int32, list, optional, required, string, struct } = schema
const pkg = 'io.k8s.api.core.v1'

export const ContainerPort = struct(
  `${pkg}.ContainerPort`,
  {
    containerPort: required(3, int32, { doc: 'From 1 to 65535.' }),
    hostIP: optional(5, string),
    hostPort: optional(2, int32, { doc: 'Port of the node that leads here.' }),
    name: optional(1, string, { doc: 'For services and probes to refer to.' }),
    protocol: optional(4, string, { default: 'TCP', doc: 'TCP, UDP or SCTP.' }),
  },
  { doc: 'A port that a container listens on.' },
)
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

export const VolumeMount = struct(
  `${pkg}.VolumeMount`,
  {
    mountPath: required(3, string, { doc: 'Where it appears.' }),
    mountPropagation: optional(5, string),
    name: required(1, string, { doc: 'Name of the volume.' }),
    readOnly: optional(2, boolean, { doc: 'Whether it can only be read.' }),
    recursiveReadOnly: optional(7, string),
    subPath: optional(4, string, { doc: 'Part of the volume that appears.' }),
    subPathExpr: optional(6, string),
  },
  { doc: "A volume's place in a container." },
)
export interface VolumeMount extends TypeOf<typeof VolumeMount> {}

export const Container = struct(
  `${pkg}.Container`,
  {
    args: optional(4, list(string), {
      listType: 'atomic',
      doc: 'Arguments; those of the image where nothing is said. $(NAME) is replaced from the environment.',
    }),
    command: optional(3, list(string), {
      listType: 'atomic',
      doc: "What is run; the image's entry point where nothing is said.",
    }),
    env: optional(7, list(EnvVar), {
      listType: 'map',
      keys: ['name'],
      mergeKey: 'name',
      patch: 'merge',
      doc: 'Environment variables.',
    }),
    envFrom: optional(19, list(EnvFromSource), {
      listType: 'atomic',
      doc: 'ConfigMaps and secrets whose keys become environment variables.',
    }),
    image: optional(2, string, { doc: 'The image, as registry/name:tag or name@digest.' }),
    imagePullPolicy: optional(14, string, { doc: 'When the image is pulled: Always, IfNotPresent or Never.' }),
    lifecycle: optional(12, Lifecycle, { doc: 'What is done after the start and before the stop.' }),
    livenessProbe: optional(10, Probe, { doc: 'When it fails, the container is restarted.' }),
    name: required(1, string, { doc: 'Unique among the containers of the pod.' }),
    ports: optional(6, list(ContainerPort), {
      listType: 'map',
      keys: ['containerPort', 'protocol'],
      mergeKey: 'containerPort',
      patch: 'merge',
      doc: 'Ports that are listened on; for information, and for names that others use.',
    }),
    readinessProbe: optional(11, Probe, { doc: 'While it fails, the container gets no traffic.' }),
    resizePolicy: optional(23, list(ContainerResizePolicy), { listType: 'atomic' }),
    resources: optional(8, ResourceRequirements, {
      default: {},
      doc: 'What the container asks for and is limited to.',
    }),
    restartPolicy: optional(24, string, { doc: 'In an init container, Always makes it a sidecar.' }),
    restartPolicyRules: optional(25, list(ContainerRestartRule), { listType: 'atomic' }),
    securityContext: optional(15, SecurityContext, { doc: 'User, privileges and capabilities.' }),
    startupProbe: optional(22, Probe, { doc: 'Until it succeeds, the other probes wait.' }),
    stdin: optional(16, boolean, { doc: 'Whether standard input stays open.' }),
    stdinOnce: optional(17, boolean),
    terminationMessagePath: optional(13, string, {
      default: '/dev/termination-log',
      doc: 'File whose text becomes the message when the container ends.',
    }),
    terminationMessagePolicy: optional(20, string, {
      default: 'File',
      doc: 'File, or FallbackToLogsOnError: the end of the log when the file is empty.',
    }),
    tty: optional(18, boolean, { doc: 'Whether there is a terminal.' }),
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
      doc: 'Volumes of the pod and where they appear.',
    }),
    workingDir: optional(5, string, { doc: 'Where the command starts.' }),
  },
  { doc: 'A process with a file system of its own, made from an image.' },
)
export interface Container extends TypeOf<typeof Container> {}
