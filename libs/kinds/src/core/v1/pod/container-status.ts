import { schema } from '@periplus/api'
import type { TypeOf } from '@periplus/api'
import { ResourceRequirements } from '../resources.ts'

const { boolean, int32, int64, list, map, optional, quantity, required, string, struct, time } = schema
const pkg = 'io.k8s.api.core.v1'

export const ContainerStateRunning = struct(`${pkg}.ContainerStateRunning`, {
  startedAt: optional(1, time),
})
export interface ContainerStateRunning extends TypeOf<typeof ContainerStateRunning> {}

export const ContainerStateTerminated = struct(`${pkg}.ContainerStateTerminated`, {
  containerID: optional(7, string),
  exitCode: required(1, int32),
  finishedAt: optional(6, time),
  message: optional(4, string),
  reason: optional(3, string),
  signal: optional(2, int32),
  startedAt: optional(5, time),
})
export interface ContainerStateTerminated extends TypeOf<typeof ContainerStateTerminated> {}

export const ContainerStateWaiting = struct(`${pkg}.ContainerStateWaiting`, {
  message: optional(2, string),
  reason: optional(1, string),
})
export interface ContainerStateWaiting extends TypeOf<typeof ContainerStateWaiting> {}

export const ContainerState = struct(`${pkg}.ContainerState`, {
  running: optional(2, ContainerStateRunning),
  terminated: optional(3, ContainerStateTerminated),
  waiting: optional(1, ContainerStateWaiting),
})
export interface ContainerState extends TypeOf<typeof ContainerState> {}

export const ResourceHealth = struct(`${pkg}.ResourceHealth`, {
  health: optional(2, string),
  message: optional(6, string),
  resourceID: required(1, string),
})
export interface ResourceHealth extends TypeOf<typeof ResourceHealth> {}

export const ResourceStatus = struct(`${pkg}.ResourceStatus`, {
  name: required(1, string),
  resources: optional(2, list(ResourceHealth), { listType: 'map', keys: ['resourceID'] }),
})
export interface ResourceStatus extends TypeOf<typeof ResourceStatus> {}

export const LinuxContainerUser = struct(`${pkg}.LinuxContainerUser`, {
  gid: required(2, int64),
  supplementalGroups: optional(3, list(int64), { listType: 'atomic' }),
  uid: required(1, int64),
})
export interface LinuxContainerUser extends TypeOf<typeof LinuxContainerUser> {}

export const ContainerUser = struct(`${pkg}.ContainerUser`, {
  linux: optional(1, LinuxContainerUser),
})
export interface ContainerUser extends TypeOf<typeof ContainerUser> {}

export const ImageVolumeStatus = struct(`${pkg}.ImageVolumeStatus`, {
  imageRef: required(1, string),
})
export interface ImageVolumeStatus extends TypeOf<typeof ImageVolumeStatus> {}

export const VolumeStatus = struct(`${pkg}.VolumeStatus`, {
  image: optional(1, ImageVolumeStatus),
})
export interface VolumeStatus extends TypeOf<typeof VolumeStatus> {}

export const VolumeMountStatus = struct(`${pkg}.VolumeMountStatus`, {
  mountPath: required(2, string),
  name: required(1, string),
  readOnly: optional(3, boolean),
  recursiveReadOnly: optional(4, string),
  volumeStatus: optional(5, VolumeStatus),
})
export interface VolumeMountStatus extends TypeOf<typeof VolumeMountStatus> {}

export const ContainerStatus = struct(`${pkg}.ContainerStatus`, {
  allocatedResources: optional(10, map(quantity)),
  allocatedResourcesStatus: optional(14, list(ResourceStatus), {
    listType: 'map',
    keys: ['name'],
    mergeKey: 'name',
    patch: 'merge',
  }),
  containerID: optional(8, string),
  image: required(6, string),
  imageID: required(7, string),
  lastState: optional(3, ContainerState),
  name: required(1, string),
  ready: required(4, boolean),
  resources: optional(11, ResourceRequirements),
  restartCount: required(5, int32),
  started: optional(9, boolean),
  state: optional(2, ContainerState),
  stopSignal: optional(15, string),
  user: optional(13, ContainerUser),
  volumeMounts: optional(12, list(VolumeMountStatus), {
    listType: 'map',
    keys: ['mountPath'],
    mergeKey: 'mountPath',
    patch: 'merge',
  }),
})
export interface ContainerStatus extends TypeOf<typeof ContainerStatus> {}
