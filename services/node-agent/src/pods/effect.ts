import type { Pod, ResourceRequirements } from '@periplus/kinds'
import type { Origin } from '@periplus/log'
import type { Either } from '@periplus/prelude'
import type { TellAbout } from '../images/puller.ts'
import type { PodRuntime } from '../runtime/view.ts'
import type { NodeContext } from './context.ts'

/** One pod, for the effects that its worker begins. */
export interface PodShell {
  readonly node: NodeContext
  readonly pod: Pod
  readonly runtime: PodRuntime
  /** What a container, by name, has of cpu and memory. */
  readonly given: (name: string) => ResourceRequirements | undefined
  /** Says that a running container, by id, has other resources now. */
  readonly gave: (containerId: string, resources: ResourceRequirements) => void
  /** The pod has been told to end: what has not begun yet is left. */
  readonly cancelled: () => boolean
  /** Resolves when that happens, for effects that could take long. */
  readonly cancellation: Promise<void>
  /** What writes on this pod's behalf say of themselves. */
  readonly origin: Origin
  readonly tell: (container: string | undefined) => TellAbout
}

/** What an effect came to; `left` is shown as the waiting state and tried again later. */
export type Effect = Promise<Either<EffectFailure, void>>

export interface EffectFailure {
  readonly reason: string
  readonly message: string
  /** As of a `StartFailure`. */
  readonly image?: string
  /** Absent: the agent's usual. */
  readonly retryAfterSeconds?: number
}
