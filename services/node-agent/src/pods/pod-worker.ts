import type { Pod } from '@periplus/kinds'
import type { Origin } from '@periplus/log'
import type { Change } from '@periplus/projection'
import type { Rejection } from '../admission/rejection.ts'
import type { Eviction } from '../eviction/eviction.ts'
import type { PodRecord } from './pod-record.ts'

/** What the node's other parts know of the one that minds a pod. */
export interface PodWorker {
  readonly pod: Pod
  /** The same with the resources that it was given, where the node refuses those that it asks for. */
  readonly allocated: Pod
  /** What writes on the pod's behalf say of themselves. */
  readonly origin: Origin
  /** The node would not take the pod. */
  readonly rejected: boolean
  /** Nobody wants it any more: its place belongs to the next one, though it may still be about to end. */
  readonly removed: boolean
  wake(): void
  /** Nobody wants it any more. */
  remove(): void
  /** Ends the pod as failed, for its use of the node. Whoever says so again can only make it faster. */
  evict(eviction: Eviction): void
  /** The machine goes down: ends the pod by then. Resolves when nothing of it is left here and the API knows. */
  shutDown(deadline: number): Promise<void>
  /** Gives back what is kept of it for people to look at, once it has ended. */
  giveBack(): void
  /** What its volumes or environment come from has changed. */
  sourcesChanged(): void
  /** The event that the next writes are caused by. */
  causedBy(change: Change): void
  /** Stops planning; what runs is left running. */
  close(): void
  /** Nothing is under way and nothing waits to be planned. */
  readonly idle: boolean
}

/** What the worker of a pod is told of it and of the node's others. */
export interface PodWorkerOptions {
  readonly record: PodRecord
  /** Why the node would not take it. */
  readonly rejection: Rejection | undefined
  /** Nothing of the pod is left on the machine. */
  readonly forgotten: () => void
  /** The other pods that the node runs. */
  readonly others: () => readonly Pod[]
}
