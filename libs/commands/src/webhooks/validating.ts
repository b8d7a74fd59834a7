import { E, sharedTurn } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import type { Kind } from '@periplus/api'
import type { AdmissionRefusal } from '../admission/plugin.ts'
import type { AdmissionRequest } from '../admission/request.ts'
import type { StageContext } from '../stages/stage.ts'
import { ask } from './ask.ts'
import type { Passed } from './ask.ts'
import { meetsConditions } from './conditions.ts'
import { validatingHooks } from './hooks.ts'
import type { Hook } from './hooks.ts'
import { inForm } from './in-form.ts'
import { invocationOf, isForWebhooks } from './invocation.ts'
import { reviewRequest } from './review.ts'
import type { Webhooks } from './webhook-admission.ts'

interface Invoked {
  readonly hook: Hook
  readonly request: Uint8Array
}

/** The request in each version that somebody asks for, written once. */
const forms = (request: AdmissionRequest, context: StageContext) => {
  const known = new Map<Kind, Promise<Either<AdmissionRefusal, { invoked: AdmissionRequest; bytes: Uint8Array }>>>()
  const form = async (kind: Kind) => {
    const invoked = await inForm(request, kind, context)
    return E.map((one: AdmissionRequest) => ({ invoked: one, bytes: Buffer.from(reviewRequest(one, request)) }))(
      invoked,
    )
  }
  return (kind: Kind) => {
    const found = known.get(kind) ?? form(kind)
    known.set(kind, found)
    return found
  }
}

const invocations = async (
  hooks: readonly Hook[],
  request: AdmissionRequest,
  webhooks: Webhooks,
  context: StageContext,
): Promise<Either<AdmissionRefusal, readonly Invoked[]>> => {
  const inVersionOf = forms(request, context)
  const invoked: Invoked[] = []
  for (const hook of hooks) {
    if (sharedTurn.isOver()) await sharedTurn.next()
    const kind = invocationOf(hook, request, context, context.kinds())
    if (E.isLeft(kind)) return E.left({ refusal: kind.left })
    if (!kind.right) continue
    const form = await inVersionOf(kind.right)
    if (E.isLeft(form)) return form
    const met = await meetsConditions(hook, form.right.invoked, webhooks, context)
    if (E.isLeft(met)) return met
    if (met.right) invoked.push({ hook, request: form.right.bytes })
  }
  return E.right(invoked)
}

/** Asks all of these webhooks that ask for the request, at once; the first of those that refuse it is told. */
export const askTogether = async (
  hooks: readonly Hook[],
  mutating: boolean,
  request: AdmissionRequest,
  webhooks: Webhooks,
  context: StageContext,
): Promise<Either<AdmissionRefusal, readonly Passed[]>> => {
  if (hooks.length === 0 || !isForWebhooks(request.kind, context.kinds())) return E.right([])
  const invoked = await invocations(hooks, request, webhooks, context)
  if (E.isLeft(invoked)) return invoked
  const { dryRun } = request
  const asked = invoked.right.map(one => ask({ ...one, mutating, dryRun }, webhooks))
  return E.sequenceArray(await Promise.all(asked))
}

/** Asks every validating webhook that asks for the request. */
export const validateByWebhooks = (
  request: AdmissionRequest,
  webhooks: Webhooks,
  context: StageContext,
): Promise<Either<AdmissionRefusal, readonly Passed[]>> =>
  askTogether(validatingHooks(context.cut), false, request, webhooks, context)
