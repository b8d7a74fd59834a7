import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import { deepEqual } from '@periplus/api'
import { admissionRequestOf } from '../admission/request.ts'
import type { AdmissionRequest } from '../admission/request.ts'
import type { AdmissionRefusal } from '../admission/plugin.ts'
import type { Attempt, Stage, Verdict } from '../stages/stage.ts'
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

type MutatingHook = ReturnType<typeof mutatingHooks>[number]

/** Which webhooks are to be asked once more, where others changed the object after they had seen it. */
interface Progress {
  readonly attempt: Attempt
  readonly changed: boolean
  /** Those that want to know of later changes, and have seen all so far. */
  readonly informed: ReadonlySet<string>
  readonly outdated: ReadonlySet<string>
}

const requestOf = ({ command, candidate, context }: Attempt): AdmissionRequest =>
  admissionRequestOf(command, candidate, context.requester)

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
  const met = meetsConditions(hook, form.right, webhooks, context)
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

const advanced = (progress: Progress, hook: MutatingHook, attempt: Attempt): Progress => {
  const changed = !deepEqual(requestOf(progress.attempt).object, requestOf(attempt).object)
  const outdated = changed ? new Set([...progress.outdated, ...progress.informed]) : progress.outdated
  const before = changed ? [] : progress.informed
  const informed = hook.webhook.reinvocationPolicy === 'IfNeeded' ? new Set([...before, hook.id]) : new Set(before)
  return { attempt, changed: progress.changed || changed, informed, outdated }
}

const round = async (
  hooks: readonly MutatingHook[],
  begun: Progress,
  webhooks: Webhooks,
): Promise<Either<AdmissionRefusal, Progress>> => {
  let progress = begun
  for (const hook of hooks) {
    const asked = await askOne(hook, progress.attempt, webhooks)
    if (E.isLeft(asked)) return asked
    if (asked.right) progress = advanced(progress, hook, asked.right)
  }
  return E.right(progress)
}

/**
 * Asks the mutating webhooks one after the other, each about what those before it have made of the object. Where one changed it,
 * `plugins` have another look, and so have those webhooks that asked to, once.
 */
export const mutateByWebhooks = async (attempt: Attempt, webhooks: Webhooks, plugins: Stage): Promise<Verdict> => {
  const { cut, kinds } = attempt.context
  const hooks = mutatingHooks(cut)
  if (hooks.length === 0 || !isForWebhooks(attempt.candidate.kind, kinds())) return E.right(attempt)
  const begun: Progress = { attempt, changed: false, informed: new Set(), outdated: new Set() }
  const first = await round(hooks, begun, webhooks)
  if (E.isLeft(first)) return first
  if (!first.right.changed) return E.right(first.right.attempt)
  const again = await plugins(first.right.attempt)
  if (E.isLeft(again)) return again
  const isSame = deepEqual(again.right.candidate.next, first.right.attempt.candidate.next)
  const { outdated, informed } = first.right
  const asked = isSame ? outdated : new Set([...outdated, ...informed])
  const second = await round(
    hooks.filter(({ id }) => asked.has(id)),
    { ...begun, attempt: again.right },
    webhooks,
  )
  return E.isLeft(second) ? second : E.right(second.right.attempt)
}
