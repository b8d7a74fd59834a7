import type { Action } from './action.ts'
import type { Observed } from './observed.ts'

/** What a part of the plan asks for; the plan is its parts put together. */
export interface Steps {
  readonly actions: readonly Action[]
  readonly wakeAt: readonly (number | undefined)[]
}

export const nothing: Steps = { actions: [], wakeAt: [] }
export const wake = (at: number): Steps => ({ actions: [], wakeAt: [at] })
export const tell = (action: Extract<Action, { tag: 'Tell' }>): Steps => ({ actions: [action], wakeAt: [] })
export const together = (...steps: readonly Steps[]): Steps => ({
  actions: steps.flatMap(step => step.actions),
  wakeAt: steps.flatMap(step => step.wakeAt),
})

/** The effect, unless one of its subject is under way, or its last try failed and the next is not due yet. */
export const begin = (observed: Observed, now: number, action: Action): Steps => {
  if (observed.operations.has(action.subject)) return nothing
  const failure = observed.failures.get(action.subject)
  if (failure && failure.retryAt > now) return wake(failure.retryAt)
  return { actions: [action], wakeAt: [] }
}
