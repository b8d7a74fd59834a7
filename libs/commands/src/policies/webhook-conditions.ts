import { E, inSteps } from '@periplus/prelude'
import { matchConditions } from '@periplus/cel'
import type { MatchConditions as Compiled } from '@periplus/cel'
import type { MatchConditions } from '../webhooks/webhook-admission.ts'
import { inputOf } from './input.ts'
import type { AuthorizeRequester } from './input.ts'

/** The conditions of webhooks as CEL; each configuration's are compiled once. */
export const webhookConditions = (authorize: AuthorizeRequester): MatchConditions => {
  const known = new WeakMap<object, Compiled>()
  return async (conditions, request, context) => {
    const compiled = known.get(conditions) ?? matchConditions(conditions)
    known.set(conditions, compiled)
    const matched = await inSteps(context.turn, compiled(inputOf(request, request, context, authorize, undefined)))
    return matched.tag === 'Failed' ? E.left(matched.message) : E.right(matched.tag === 'Matches')
  }
}
