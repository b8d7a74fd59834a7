/** What a sandbox and a container are made from, field by field as CRI has them (`PodSandboxConfig`, `ContainerConfig`). */
export interface PodIdentity {
  readonly name: string
  readonly namespace: string
  readonly uid: string
  /** Raised when a sandbox of the same pod is made again. */
  readonly attempt: number
}

/** A sandbox as the runtime is asked for it, in the terms of CRI. */
export interface SandboxConfig {
  readonly pod: PodIdentity
  readonly hostname: string
  /** `/var/log/pods/<namespace>_<name>_<uid>`, or below the node's own root. */
  readonly logDirectory: string
  readonly dns: {
    readonly servers: readonly string[]
    readonly searches: readonly string[]
    readonly options: readonly string[]
  }
  readonly portMappings: readonly PortMapping[]
  /** Absent: as much as the machine has. */
  readonly bandwidth?: Bandwidth
  readonly labels: Readonly<Record<string, string>>
  readonly annotations: Readonly<Record<string, string>>
  readonly cgroupParent: string
  readonly sysctls: Readonly<Record<string, string>>
  readonly hostNetwork: boolean
  readonly hostPid: boolean
  readonly hostIpc: boolean
  readonly sharePids: boolean
  /** A container of the pod is privileged; a runtime lets one into no other sandbox. */
  readonly privileged: boolean
  /** Whom the pod as a whole runs as. */
  readonly identity: ProcessIdentity
  /** What all containers of the pod may use together, and what the sandbox costs beside them. */
  readonly resources: LinuxResources
  readonly overhead: LinuxResources
  /** What a RuntimeClass names, as the runtime's own configuration knows it. Empty: its usual. */
  readonly runtimeHandler: string
}

/** A port of the node that leads into a sandbox. */
export interface PortMapping {
  readonly protocol: 'TCP' | 'UDP' | 'SCTP'
  readonly containerPort: number
  readonly hostPort: number
  readonly hostIp: string
}

/** Bits a second that a pod may receive and send; absent: any number. */
export interface Bandwidth {
  readonly ingress?: number
  readonly egress?: number
}

/** A container as the runtime is asked for it, in the terms of CRI. */
export interface ContainerConfig {
  readonly name: string
  /** How many times this container was made before: kubelet's restart count. */
  readonly attempt: number
  /** Image id or reference, already pulled. */
  readonly image: string
  /** As the pod names it. */
  readonly userSpecifiedImage: string
  /** Replaces the image's entrypoint; empty: the image's. */
  readonly command: readonly string[]
  readonly args: readonly string[]
  /** Empty: the image's. */
  readonly workingDirectory: string
  readonly env: readonly { readonly name: string; readonly value: string }[]
  readonly mounts: readonly Mount[]
  readonly devices: readonly Device[]
  readonly labels: Readonly<Record<string, string>>
  readonly annotations: Readonly<Record<string, string>>
  /** Relative to the sandbox's log directory: `<container>/<attempt>.log`, in CRI log format. */
  readonly logPath: string
  readonly stdin: boolean
  readonly stdinOnce: boolean
  readonly tty: boolean
  readonly resources: LinuxResources
  readonly security: SecurityContext
  /** A running container of the sandbox, by id, whose processes this one sees and signals. Absent: as the sandbox says. */
  readonly processesOf?: string
  /** The sandbox's config again, as CRI wants it. */
  readonly sandbox: SandboxConfig
}

/** A device of the node in a container, which may read it, and write to it and make nodes of it where it is not `readOnly`. */
export interface Device {
  readonly containerPath: string
  readonly hostPath: string
  readonly readOnly: boolean
}

/** A path of the node in a container. */
export interface Mount {
  readonly containerPath: string
  readonly hostPath: string
  readonly readOnly: boolean
  /** What is mounted below it is read-only, too; for handlers that can (`RuntimeHandler`). */
  readonly recursiveReadOnly?: boolean
  readonly propagation: 'private' | 'host-to-container' | 'bidirectional'
}

/** Limits of a container's cgroup. */
export interface LinuxResources {
  /** Microseconds of CPU per period; 0: no limit. */
  readonly cpuQuota: number
  readonly cpuPeriod: number
  readonly cpuShares: number
  /** 0: no limit. */
  readonly memoryLimitBytes: number
  /** Memory and swap together; 0: the runtime's usual. */
  readonly memorySwapLimitBytes: number
  readonly oomScoreAdj: number
  /** By page size, such as `2MB`. */
  readonly hugePageLimits: readonly { readonly pageSize: string; readonly limit: number }[]
  /** Files of cgroup version 2 and what to write into them. */
  readonly unified: Readonly<Record<string, string>>
}

/** Whom processes run as; what is absent is the image's. */
export interface ProcessIdentity {
  readonly runAsUser?: number
  readonly runAsGroup?: number
  readonly supplementalGroups: readonly number[]
  readonly seLinux?: SeLinuxLabel
}

export interface SeLinuxLabel {
  readonly user: string
  readonly role: string
  readonly type: string
  readonly level: string
}

/** `localhostProfile` is for `Localhost`: the profile's file for seccomp, its name for AppArmor. */
export interface SecurityProfile {
  readonly type: 'RuntimeDefault' | 'Unconfined' | 'Localhost'
  readonly localhostProfile?: string
}

/** Rights of a container's processes. */
export interface SecurityContext extends ProcessIdentity {
  readonly privileged: boolean
  readonly readOnlyRootFilesystem: boolean
  readonly runAsUserName?: string
  readonly addCapabilities: readonly string[]
  readonly dropCapabilities: readonly string[]
  readonly noNewPrivileges: boolean
  /** What is hidden from the container, and what it may read only; a runtime that is told of none hides none. */
  readonly maskedPaths: readonly string[]
  readonly readOnlyPaths: readonly string[]
  readonly seccomp: SecurityProfile
  /** Absent: as the runtime has it. */
  readonly appArmor?: SecurityProfile
}
