import type { Action } from './action.ts'
import type { Operation } from './observed.ts'

/** What an effect is to the plan while it is under way. */
export const operationOf = (action: Action): Operation => {
  if (action.tag === 'KillContainer') return { tag: 'Kill', deadline: action.deadline }
  return { tag: action.tag === 'StartContainer' ? 'Start' : 'Other' }
}
