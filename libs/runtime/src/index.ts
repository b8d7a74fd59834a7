export type {
  Bandwidth,
  ContainerConfig,
  LinuxResources,
  Device,
  Mount,
  PodIdentity,
  PortMapping,
  ProcessIdentity,
  SandboxConfig,
  SecurityContext,
  SecurityProfile,
} from './configuration.ts'
export type {
  ContainerRuntime,
  ContainerState,
  ContainerStats,
  ContainerStream,
  ExecResult,
  ImageState,
  RegistryAuth,
  RuntimeEvent,
  RuntimeHandler,
  RuntimeRefusal,
  RuntimeStatus,
  SandboxState,
  StreamRequest,
} from './container-runtime.ts'
export { nameOf, openBeneath, openDirectory } from './files/open-beneath.ts'
export { hollowRuntime } from './hollow/hollow-runtime.ts'
export type { FallibleMethod, HollowControls, HollowOptions, HollowRuntime } from './hollow/hollow-runtime.ts'
export type { Behave, HollowBehaviour, HollowExit } from './hollow/behaviour.ts'
export { containerdRuntime } from './containerd/containerd-runtime.ts'
export type { ContainerdOptions } from './containerd/containerd-runtime.ts'
export { nodeStreams } from './node-streams/node-streams.ts'
export type { NodeClient } from './node-streams/node-streams.ts'
export { decodeNodeRequest } from './node-streams/node-request.ts'
export type {
  AttachRequest,
  ExecRequest,
  LogRequest,
  NodeRefusal,
  NodeRequest,
  PodAddress,
  ConnectRequest,
  PortForwardRequest,
} from './node-streams/node-request.ts'
export { allNodeCommands, allNodeFeeds, nodeOfSubject, nodeSubjects } from './node-streams/node-subject.ts'
export type { NodeSubjects } from './node-streams/node-subject.ts'
export { serveContainerStream } from './node-streams/container-stream.ts'
export { findChangeRoot } from './process/change-root.ts'
export { processRuntime } from './process/process-runtime.ts'
export type { ProcessOptions } from './process/process-runtime.ts'
export { graceAnnotation, lastGrace } from './last-grace.ts'
