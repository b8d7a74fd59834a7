import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import { applyJsonPatch, decodeValue, isCustomSchema, isFailedTest, messageOf, serverSideApply } from '@periplus/api'
import type { KubernetesObject, Refusal } from '@periplus/api'
import type { PolicyPatch } from '@periplus/cel'
import type { AdmissionRequest } from '../admission/request.ts'
import { bodyOf } from '../admission/with-object.ts'
import { defaulted } from '../validation/defaults.ts'

/** `Failed`: the failure policy says what that means; `Broken`: what it makes of the object cannot be, whatever that says. */
export type PatchFault =
  { readonly tag: 'Failed'; readonly message: string } | { readonly tag: 'Broken'; readonly why: Refusal }

const failed = (message: string): Either<PatchFault, never> => E.left({ tag: 'Failed', message })

const broken = (message: string): Either<PatchFault, never> =>
  E.left({ tag: 'Broken', why: { tag: 'InternalError', message } })

const { atomicsIn, merge, mergeTypeOf, unfit, unfitText, UnfitValue } = serverSideApply

/** What a policy's patch makes of an object, in the form in which the policy was shown it. */
export const patchObject = (
  shown: AdmissionRequest,
  object: KubernetesObject,
  patch: PolicyPatch,
): Either<PatchFault, KubernetesObject> => {
  const made =
    patch.tag === 'JSONPatch'
      ? edited(shown, object, patch.operations)
      : applied(shown, object, { ...patch.configuration, apiVersion: object.apiVersion, kind: object.kind })
  if (E.isLeft(made)) return made
  return E.right(bodyOf(shown) === shown.kind ? defaulted(shown.kind, made.right) : made.right)
}

const applied = (
  shown: AdmissionRequest,
  object: KubernetesObject,
  configuration: unknown,
): Either<PatchFault, KubernetesObject> => {
  const body = bodyOf(shown)
  const type = mergeTypeOf(body.schema)
  const faults = unfit(type, configuration)
  if (faults.length > 0)
    return failed(`error applying patch: failed to convert patch object to typed object: ${unfitText(faults)}`)
  const atomics = atomicsIn(type, configuration)
  if (atomics.length > 0)
    return failed(
      `error applying patch: invalid ApplyConfiguration: may not mutate atomic arrays, maps or structs: ${atomics.join(', ')}`,
    )
  const merged = mergedOf(() => merge(type, object, configuration))
  if (E.isLeft(merged)) return failed(`error applying patch: failed to merge patch: ${merged.left}`)
  const decoded = decodeValue(body, merged.right, { fieldValidation: 'Ignore' })
  return E.isLeft(decoded) ? failed(messageOf(decoded.left)) : E.right(decoded.right.object)
}

const mergedOf = (merging: () => unknown): Either<string, unknown> => {
  try {
    return E.right(merging())
  } catch (thrown) {
    if (thrown instanceof UnfitValue) return E.left(thrown.message)
    throw thrown
  }
}

const edited = (
  shown: AdmissionRequest,
  object: KubernetesObject,
  operations: readonly unknown[],
): Either<PatchFault, KubernetesObject> => {
  const patched = applyJsonPatch(object, operations)
  if (E.isLeft(patched))
    return isFailedTest(patched.left) ? E.right(object) : failed(`JSON Patch: ${messageOf(patched.left)}`)
  const body = bodyOf(shown)
  const decoded = decodeValue(body, patched.right, { fieldValidation: 'Warn' })
  if (E.isLeft(decoded)) return broken(messageOf(decoded.left))
  const { object: made, warnings } = decoded.right
  // What a definition does not have is pruned, as everywhere.
  return warnings.length === 0 || isCustomSchema(body.schema)
    ? E.right(made)
    : broken(`strict decoding error: ${warnings.join(', ')}`)
}
