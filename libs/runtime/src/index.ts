export type {
  ContainerConfig,
  ContainerRuntime,
  ContainerState,
  ContainerStats,
  ContainerStream,
  ExecResult,
  ImageState,
  LinuxResources,
  Mount,
  PodIdentity,
  PortMapping,
  RegistryAuth,
  RuntimeEvent,
  RuntimeRefusal,
  RuntimeStatus,
  SandboxConfig,
  SandboxState,
  SecurityContext,
  StreamRequest,
} from './container-runtime.ts'
export { hollowRuntime } from './hollow/hollow-runtime.ts'
export type { FallibleMethod, HollowControls, HollowOptions, HollowRuntime } from './hollow/hollow-runtime.ts'
export type { Behave, HollowBehaviour, HollowExit } from './hollow/behaviour.ts'
export { pauseArchive, pauseImage } from './images/pause-image.ts'
