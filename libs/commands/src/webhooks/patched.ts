import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import { applyJsonPatch, decodeValue, parseJson, statusOf } from '@periplus/api'
import type { KubernetesObject, Refusal } from '@periplus/api'
import type { AdmissionRefusal } from '../admission/plugin.ts'
import type { AdmissionRequest } from '../admission/request.ts'
import { bodyOf, withObject } from '../admission/with-object.ts'
import type { Attempt } from '../stages/stage.ts'

/** `NoPatch`: the webhook failed, and its policy applies; `Broken`: what it makes of the object cannot be. */
export type PatchFault =
  { readonly tag: 'NoPatch'; readonly message: string } | { readonly tag: 'Broken'; readonly why: AdmissionRefusal }

const broken = (message: string): Either<PatchFault, never> =>
  E.left({ tag: 'Broken', why: { refusal: { tag: 'InternalError', message } } })

const brokenBy = (refusal: Refusal): Either<PatchFault, never> => broken(statusOf(refusal).message ?? '')

/** The object of a request after a webhook's patch, in the form in which the webhook was asked. */
const afterPatch = (
  webhook: string,
  invoked: AdmissionRequest,
  patch: string,
): Either<PatchFault, KubernetesObject | undefined> => {
  const parsed = parseJson(patch)
  if (E.isLeft(parsed) || !Array.isArray(parsed.right.value)) {
    const why = E.isLeft(parsed) ? parsed.left : 'it is no list'
    return E.left({ tag: 'NoPatch', message: `received undecodable patch in webhook response: ${why}` })
  }
  if (parsed.right.value.length === 0) return E.right(undefined)
  if (!invoked.object)
    return broken(
      `admission webhook ${JSON.stringify(webhook)} attempted to modify the object, which is not supported for this operation`,
    )
  const patched = applyJsonPatch(invoked.object, parsed.right.value)
  if (E.isLeft(patched)) return brokenBy(patched.left)
  const decoded = decodeValue(bodyOf(invoked), patched.right, { fieldValidation: 'Ignore' })
  return E.isLeft(decoded) ? brokenBy(decoded.left) : E.right(decoded.right.object)
}

/** The attempt after a webhook's patch; the very same where the patch is empty. */
export const patchedBy = async (
  webhook: string,
  attempt: Attempt,
  invoked: AdmissionRequest,
  patch: string,
): Promise<Either<PatchFault, Attempt>> => {
  const after = afterPatch(webhook, invoked, patch)
  if (E.isLeft(after)) return after
  if (!after.right) return E.right(attempt)
  const made = await withObject(attempt, invoked, after.right)
  return E.isLeft(made) ? E.left({ tag: 'Broken', why: made.left }) : made
}
