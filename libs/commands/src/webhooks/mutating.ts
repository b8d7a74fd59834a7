import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import type { AdmissionRefusal } from '../admission/plugin.ts'
import { requestOf } from '../stages/mutation.ts'
import type { Mutator, Mutators } from '../stages/mutation.ts'
import type { Attempt } from '../stages/stage.ts'
import { ask, failed } from './ask.ts'
import type { Passed } from './ask.ts'
import { meetsConditions } from './conditions.ts'
import { mutatingHooks } from './hooks.ts'
import type { Hook } from './hooks.ts'
import { inForm } from './in-form.ts'
import { invocationOf, isForWebhooks } from './invocation.ts'
import { patchedBy } from './patched.ts'
import { reviewRequest } from './review.ts'
import type { Webhooks } from './webhook-admission.ts'

const withPassed = (attempt: Attempt, { warnings, note }: Passed): Attempt => ({
  ...attempt,
  warnings: [...attempt.warnings, ...warnings],
  notes: note ? [...attempt.notes, note] : attempt.notes,
})

const withPatch = ({ note }: Passed, patch: string): Passed['note'] =>
  note && { ...note, patch: JSON.parse(patch) as unknown }

/** The attempt after one webhook; `undefined` where it was not asked. */
const askOne = async (
  hook: Hook,
  attempt: Attempt,
  webhooks: Webhooks,
): Promise<Either<AdmissionRefusal, Attempt | undefined>> => {
  const { context } = attempt
  const request = requestOf(attempt)
  const kind = invocationOf(hook, request, context, context.kinds())
  if (E.isLeft(kind)) return E.left({ refusal: kind.left })
  if (!kind.right) return E.right(undefined)
  const form = await inForm(request, kind.right, context)
  if (E.isLeft(form)) return form
  const met = await meetsConditions(hook, form.right, webhooks, context)
  if (E.isLeft(met) || !met.right) return E.isLeft(met) ? met : E.right(undefined)
  const bytes = Buffer.from(reviewRequest(form.right, request))
  const passed = await ask({ hook, mutating: true, dryRun: request.dryRun, request: bytes }, webhooks)
  if (E.isLeft(passed)) return passed
  const { patch } = passed.right
  if (patch === undefined) return E.right(withPassed(attempt, passed.right))
  const patched = await patchedBy(hook.webhook.name, attempt, form.right, patch)
  if (E.isRight(patched))
    return E.right(withPassed(patched.right, { ...passed.right, note: withPatch(passed.right, patch) }))
  if (patched.left.tag === 'Broken') return E.left(patched.left.why)
  const instead = failed(hook, patched.left.message)
  return E.isLeft(instead) ? instead : E.right(withPassed(attempt, instead.right))
}

const mutatorOf = (hook: ReturnType<typeof mutatingHooks>[number], webhooks: Webhooks): Mutator => ({
  id: hook.id,
  isReinvoked: hook.webhook.reinvocationPolicy === 'IfNeeded',
  run: attempt => askOne(hook, attempt, webhooks),
})

/** The mutating webhooks, each about what those before it have made of the object. */
export const mutatingWebhooks: Mutators = {
  areThere: ({ context: { webhooks, cut } }) => webhooks !== undefined && mutatingHooks(cut).length > 0,
  of: ({ candidate, context: { webhooks, cut, kinds } }) =>
    E.right(
      webhooks && isForWebhooks(candidate.kind, kinds())
        ? mutatingHooks(cut).map(hook => mutatorOf(hook, webhooks))
        : [],
    ),
}
