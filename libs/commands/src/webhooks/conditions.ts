import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import type { AdmissionRefusal } from '../admission/plugin.ts'
import type { AdmissionRequest } from '../admission/request.ts'
import type { StageContext } from '../stages/stage.ts'
import { failsOpen } from './hooks.ts'
import type { Hook } from './hooks.ts'
import type { WebhookAdmission } from './webhook-admission.ts'

/** Whether a webhook's own conditions hold for the request, in the form in which it would be asked. */
export const meetsConditions = async (
  hook: Hook,
  invoked: AdmissionRequest,
  { matchConditions }: WebhookAdmission,
  context: StageContext,
): Promise<Either<AdmissionRefusal, boolean>> => {
  const conditions = hook.webhook.matchConditions ?? []
  if (conditions.length === 0) return E.right(true)
  const met: Either<string, boolean> = matchConditions
    ? await matchConditions(conditions, invoked, context)
    : E.left('match conditions are not evaluated by this server')
  if (E.isRight(met)) return met
  if (failsOpen(hook)) return E.right(false)
  const { group, resource } = invoked.kind
  const target = { group, resource, name: invoked.name }
  return E.left({ refusal: { tag: 'Forbidden', target, message: met.left } })
}
