import type { ContainerState, SandboxState } from '@periplus/runtime'
import type { ResourceRequirements } from '@periplus/kinds'
import type { Loss } from '@periplus/log-stream'
import type { Eviction } from '../eviction/eviction.ts'
import type { Rejection } from '../admission/rejection.ts'
import type { ResizeRefusal } from '../resize/refusal.ts'

/** What a probe has found out about a running container so far; absent where the container has no such probe. */
export interface Probed {
  readonly startup?: ProbeResult
  readonly readiness?: ProbeResult
  readonly liveness?: ProbeResult
}

export type ProbeResult = 'success' | 'failure' | 'unknown'

/** An effect that has begun and not ended; the plan neither repeats it nor works against it. */
export type Operation =
  { readonly tag: 'Start' } | { readonly tag: 'Kill'; readonly deadline: number } | { readonly tag: 'Other' }

/** What the last try came to, and when the next is due. Forgotten at success. */
export interface Failure {
  readonly reason: string
  readonly message: string
  /** The image of a volume that keeps a container from starting. */
  readonly image?: string
  readonly at: number
  /** How often in a row, this time included. */
  readonly tries: number
  readonly retryAt: number
}

/** How things stand with one pod on this node, apart from what the API says of it. All times in milliseconds. */
export interface Observed {
  /** The runtime makes read-only mounts of the pod so with all that is mounted below. */
  readonly canRecurse: boolean
  /** Newest attempt first. */
  readonly sandboxes: readonly SandboxState[]
  /** Newest attempt first. */
  readonly containers: readonly ContainerState[]
  /** By subject: `pod`, `volumes`, a container's name for its start, `kill/<id>`, `remove/<id>`. */
  readonly operations: ReadonlyMap<string, Operation>
  /** By subject, as `operations`. */
  readonly failures: ReadonlyMap<string, Failure>
  /** By container id. */
  readonly probes: ReadonlyMap<string, Probed>
  /** Termination messages by container id. */
  readonly messages: ReadonlyMap<string, string>
  readonly volumesReady: boolean
  /** What the volumes are made from may have changed since; containers need not wait for that. */
  readonly volumesStale: boolean
  /** Volumes and cgroups of the pod are gone from this machine. */
  readonly tornDown: boolean
  /** The pod is no longer in the cut; what is planned for is its last state. */
  readonly removed: boolean
  readonly rejection: Rejection | undefined
  /** What this agent has given running containers since they were made, by container id. */
  readonly resized: ReadonlyMap<string, ResourceRequirements>
  /** What the pod's containers asked for when the node took it on, by name. */
  readonly admitted: ReadonlyMap<string, ResourceRequirements>
  /** Why the pod does not get the resources that it asks for now. */
  readonly resize: ResizeRefusal | undefined
  /** The node is short of disk: of a pod that has ended nothing is kept on it. */
  readonly unkept: boolean
  /** Why the node takes the pod's place away. */
  readonly eviction: Eviction | undefined
  /** The machine goes down: when, at the latest, what still runs of the pod is killed. */
  readonly shutdown: { readonly deadline: number } | undefined
  /** When this agent began to end the pod. */
  readonly terminatingSince: number | undefined
  /** What of the pod's lines is not in the log stream. */
  readonly logLosses: readonly Loss[]
  readonly hostIps: readonly string[]
  /** `containerd`, `process` or `hollow`: stands before container ids. */
  readonly runtimeName: string
}
