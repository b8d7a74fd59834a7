import { E } from '@periplus/prelude'
import { budgetFor } from '../candidate/budget.ts'
import type { Stage } from './stage.ts'

/**
 * What an eviction takes from the pod's disruption budget is written with it, all or none: of two evictions at once, whichever API
 * server they come from, the second finds what the first has left.
 */
export const disruptionBudget: Stage = attempt => {
  const { candidate, context } = attempt
  const { previous, isEviction } = candidate
  if (!isEviction || !previous) return E.right(attempt)
  const budget = budgetFor(previous, context.cut, context.now, ref => context.known(ref).object)
  if (E.isLeft(budget)) return budget
  const kind = budget.right && context.kinds().stored('policy', 'poddisruptionbudgets')
  if (!budget.right || !kind) return E.right(attempt)
  const command = { verb: 'update', kind, object: budget.right, subresource: 'status' } as const
  return E.right({ ...attempt, companions: [...attempt.companions, { command }] })
}
