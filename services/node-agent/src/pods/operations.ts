import type { Clock } from '@periplus/prelude'
import type { Begun } from '../plan/action.ts'
import { operationOf } from '../plan/operation.ts'
import type { Failure, Operation } from '../plan/observed.ts'
import type { EffectFailure } from './effect.ts'
import { retrySeconds } from './retry.ts'

/** What is under way for a pod, by subject, and what of it has failed and waits for another try. */
export interface Operations {
  readonly underWay: Map<string, Operation>
  readonly failures: ReadonlyMap<string, Failure>
  begin(action: Begun): Operation
  /** A kill with a shorter grace period may have taken the operation over: then it goes on. */
  end(action: Begun, operation: Operation): void
  failed(action: Begun, failure: EffectFailure): void
  succeeded(action: Begun): void
  /** What failed for one of these reasons is tried again at once. */
  retryNow(reasons: ReadonlySet<string>): void
}

export const podOperations = (clock: Clock): Operations => {
  const underWay = new Map<string, Operation>()
  const failures = new Map<string, Failure>()
  return {
    underWay,
    failures,
    begin: action => {
      const operation = operationOf(action)
      underWay.set(action.subject, operation)
      return operation
    },
    end: ({ subject }, operation) => {
      if (underWay.get(subject) === operation) underWay.delete(subject)
    },
    failed: ({ subject }, failure) => {
      const at = clock.now()
      const tries = (failures.get(subject)?.tries ?? 0) + 1
      const { retryAfterSeconds: _, ...told } = failure
      failures.set(subject, { ...told, at, tries, retryAt: at + retrySeconds(failure, tries) * 1000 })
    },
    succeeded: ({ subject }) => void failures.delete(subject),
    retryNow: reasons => {
      const now = clock.now()
      for (const [subject, failure] of failures)
        if (reasons.has(failure.reason)) failures.set(subject, { ...failure, retryAt: Math.min(failure.retryAt, now) })
    },
  }
}
