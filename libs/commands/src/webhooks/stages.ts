import { E } from '@periplus/prelude'
import { admissionRequestOf } from '../admission/request.ts'
import type { Attempt, Stage, Verdict } from '../stages/stage.ts'
import { validatingHooks } from './hooks.ts'
import { validateByWebhooks } from './validating.ts'
import type { Webhooks } from './webhook-admission.ts'

/** Asks the validating webhooks, all at once. */
export const validatingWebhooks: Stage = attempt => {
  const { webhooks, cut } = attempt.context
  return webhooks && validatingHooks(cut).length > 0 ? validated(attempt, webhooks) : E.right(attempt)
}

const validated = async (attempt: Attempt, webhooks: Webhooks): Promise<Verdict> => {
  const { command, candidate, context } = attempt
  const request = admissionRequestOf(command, candidate, context.requester)
  const passed = await validateByWebhooks(request, webhooks, context)
  if (E.isLeft(passed)) return passed
  if (passed.right.length === 0) return E.right(attempt)
  const warnings = [...attempt.warnings, ...passed.right.flatMap(one => one.warnings)]
  const notes = [...attempt.notes, ...passed.right.flatMap(({ note }) => note ?? [])]
  return E.right({ ...attempt, warnings, notes })
}
