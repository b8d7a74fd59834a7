import type { Either } from '@periplus/prelude'
import type { Duplex } from 'node:stream'
import type { ContainerConfig, LinuxResources, PodIdentity, SandboxConfig } from './configuration.ts'

/**
 * What a node needs of something that runs containers, in the words and shape of CRI (`runtime.v1`). Adapters: `containerd`
 * (CRI over gRPC), `process` (plain processes, where containers cannot run) and `hollow` (nothing runs; for scale and
 * simulation), held to one contract suite. What an adapter cannot do is refused with `Unsupported`, never faked.
 */
export interface ContainerRuntime {
  readonly name: 'containerd' | 'process' | 'hollow'
  /** Version text for `node.status.nodeInfo.containerRuntimeVersion`, such as `containerd://1.6.20`, and conditions. */
  status(): Promise<Either<RuntimeRefusal, RuntimeStatus>>

  runSandbox(config: SandboxConfig): Promise<Either<RuntimeRefusal, string>>
  /** Stops what runs in it and takes its network away; idempotent. */
  stopSandbox(sandboxId: string): Promise<Either<RuntimeRefusal, void>>
  removeSandbox(sandboxId: string): Promise<Either<RuntimeRefusal, void>>
  sandboxes(): Promise<Either<RuntimeRefusal, readonly SandboxState[]>>

  createContainer(sandboxId: string, config: ContainerConfig): Promise<Either<RuntimeRefusal, string>>
  startContainer(containerId: string): Promise<Either<RuntimeRefusal, void>>
  /** SIGTERM (or the image's stop signal), then SIGKILL after `timeoutSeconds`; resolves when it has exited; idempotent. */
  stopContainer(containerId: string, timeoutSeconds: number): Promise<Either<RuntimeRefusal, void>>
  /** Other cpu and memory for a container that runs. */
  updateContainer(containerId: string, resources: LinuxResources): Promise<Either<RuntimeRefusal, void>>
  removeContainer(containerId: string): Promise<Either<RuntimeRefusal, void>>
  containers(): Promise<Either<RuntimeRefusal, readonly ContainerState[]>>
  container(containerId: string): Promise<Either<RuntimeRefusal, ContainerState>>
  stats(): Promise<Either<RuntimeRefusal, readonly ContainerStats[]>>
  /** The log driver closes and reopens the container's log file, after a rotation. */
  reopenLog(containerId: string): Promise<Either<RuntimeRefusal, void>>

  /** Runs a command to its end, for probes and hooks. Exceeding the time is `Timeout`. */
  execSync(
    containerId: string,
    command: readonly string[],
    timeoutSeconds: number,
  ): Promise<Either<RuntimeRefusal, ExecResult>>
  exec(
    containerId: string,
    request: StreamRequest & { readonly command: readonly string[] },
  ): Promise<Either<RuntimeRefusal, ContainerStream>>
  attach(containerId: string, request: StreamRequest): Promise<Either<RuntimeRefusal, ContainerStream>>
  /** A byte stream to a TCP port inside the sandbox's network. */
  portForward(sandboxId: string, port: number): Promise<Either<RuntimeRefusal, Duplex>>

  imageStatus(image: string): Promise<Either<RuntimeRefusal, ImageState | undefined>>
  /** Resolves to the image's id (digest reference). */
  pullImage(image: string, auth?: RegistryAuth): Promise<Either<RuntimeRefusal, string>>
  images(): Promise<Either<RuntimeRefusal, readonly ImageState[]>>
  removeImage(image: string): Promise<Either<RuntimeRefusal, void>>
  /**
   * Shows the files of an image that is here at a directory of the node: nobody can write to them, nor run them, nor use their devices.
   * What is shown stays, whatever becomes of the image or its name, until `unmountImage`; again changes nothing.
   */
  mountImage(image: string, directory: string): Promise<Either<RuntimeRefusal, void>>
  /** Takes it away again; idempotent, and for whatever an earlier node agent has left there too. */
  unmountImage(directory: string): Promise<Either<RuntimeRefusal, void>>

  /** Something about this sandbox or container may have changed; a hint, not a record: relist to be sure. Ends on abort. */
  events(signal: AbortSignal): AsyncIterable<RuntimeEvent>
  close(): Promise<void>
}

/** Why the runtime did not do it. */
export type RuntimeRefusal =
  | { readonly tag: 'NotFound'; readonly message: string }
  | { readonly tag: 'Unsupported'; readonly message: string }
  | { readonly tag: 'Timeout'; readonly message: string }
  | { readonly tag: 'Unavailable'; readonly message: string }
  /** The image cannot be pulled; what kubelet shows as ErrImagePull. `message` is the registry's. */
  | { readonly tag: 'PullFailed'; readonly message: string; readonly invalidName: boolean }
  /** The runtime tried and failed, such as a command that is not in the image. `message` is the runtime's. */
  | { readonly tag: 'Failed'; readonly message: string }

/** How the runtime fares. */
export interface RuntimeStatus {
  readonly version: string
  readonly ready: boolean
  readonly networkReady: boolean
  readonly message: string
  /** What this runtime, on this machine, cannot do, in words for a node condition; empty when it can do everything. */
  readonly lacks: readonly string[]
  /** What it can do of what pods may ask for, by handler as a RuntimeClass names them; `''` is its usual. Absent: it does not say. */
  readonly handlers?: readonly RuntimeHandler[]
}

/** Features of a way to run containers (CRI's `RuntimeHandler`). */
export interface RuntimeHandler {
  readonly name: string
  readonly recursiveReadOnlyMounts: boolean
  readonly userNamespaces: boolean
}

/** A sandbox as the runtime sees it. */
export interface SandboxState {
  readonly id: string
  readonly pod: PodIdentity
  readonly ready: boolean
  /** Empty: the pod has no address of its own and shares the machine's. */
  readonly ips: readonly string[]
  /** Milliseconds since the epoch. */
  readonly createdAt: number
  readonly labels: Readonly<Record<string, string>>
  readonly annotations: Readonly<Record<string, string>>
}

/** A container as the runtime sees it. */
export interface ContainerState {
  readonly id: string
  readonly sandboxId: string
  readonly name: string
  readonly attempt: number
  readonly image: string
  readonly imageId: string
  readonly state: 'created' | 'running' | 'exited' | 'unknown'
  /** Milliseconds since the epoch; 0 where it has not happened. */
  readonly createdAt: number
  readonly startedAt: number
  readonly finishedAt: number
  readonly exitCode: number
  /** `OOMKilled`, `Completed`, `Error` or the runtime's word. */
  readonly reason: string
  readonly message: string
  readonly logPath: string
  readonly labels: Readonly<Record<string, string>>
  readonly annotations: Readonly<Record<string, string>>
}

/** What a container uses. */
export interface ContainerStats {
  readonly containerId: string
  /** Nanoseconds of CPU since the start. */
  readonly cpuNanoseconds: number
  readonly workingSetBytes: number
}

/** What a command in a container ended with. */
export interface ExecResult {
  readonly exitCode: number
  readonly stdout: Buffer
  readonly stderr: Buffer
}

/** Which of a process' streams are wanted. */
export interface StreamRequest {
  readonly stdin: boolean
  readonly stdout: boolean
  readonly stderr: boolean
  readonly tty: boolean
}

/** The live ends of an exec or attach. */
export interface ContainerStream {
  readonly stdin: NodeJS.WritableStream | undefined
  readonly stdout: NodeJS.ReadableStream | undefined
  readonly stderr: NodeJS.ReadableStream | undefined
  resize(columns: number, rows: number): void
  /** Resolves when the command has ended; for attach, when the streams have. */
  readonly exit: Promise<Either<RuntimeRefusal, { readonly exitCode: number }>>
  close(): void
}

/** An image as the runtime has it. */
export interface ImageState {
  readonly id: string
  readonly tags: readonly string[]
  readonly digests: readonly string[]
  readonly sizeBytes: number
  /** User that the image asks for, to check `runAsNonRoot`. */
  readonly user: string
}

/** Who pulls; a secret. */
export interface RegistryAuth {
  readonly username: string
  readonly password: string
}

/** Without any id: anything may have changed. */
export interface RuntimeEvent {
  readonly sandboxId?: string
  readonly containerId?: string
}
