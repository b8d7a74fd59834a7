import type { LifecycleHandler, Container } from '@periplus/kinds'
import type { Either } from '@periplus/prelude'

export interface HookTarget {
  readonly container: Container
  readonly containerId: string
  readonly podIp: string
}

/** Runs a container's lifecycle hook to its end; refused with the text of its FailedPostStartHook or FailedPreStopHook event. */
export interface HookRunner {
  run(handler: LifecycleHandler, target: HookTarget, timeoutSeconds: number): Promise<Either<string, void>>
}
