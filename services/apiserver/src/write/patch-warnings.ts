import { E, inSteps, sharedTurn } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import { applyJsonPatchInTurns, applyMergePatch, applyStrategicPatch, decodeValueInSteps } from '@periplus/api'
import type { Kind, KubernetesObject, Refusal } from '@periplus/api'
import type { Patch } from '@periplus/commands'

/** Any patch but a configuration that is applied: what that says too much is refused. */
type PlainPatch = Exclude<Patch, { readonly type: 'apply' }>

const applied = async (kind: Kind, patch: PlainPatch, object: KubernetesObject): Promise<Either<Refusal, unknown>> => {
  switch (patch.type) {
    case 'json':
      return applyJsonPatchInTurns(object, patch.body, sharedTurn)
    case 'merge':
      return applyMergePatch(object, patch.body)
    case 'strategic':
      return applyStrategicPatch(kind.schema, object, patch.body)
  }
}

/**
 * What the write path will drop of a patch, told beforehand on the object as this server sees it. Whether the patch is
 * refused is the write path's to say. Long ones take several turns.
 */
export const patchWarnings = async (
  kind: Kind,
  patch: PlainPatch,
  object: KubernetesObject,
): Promise<readonly string[]> => {
  const after = await applied(kind, patch, object)
  if (E.isLeft(after)) return []
  if (sharedTurn.isOver()) await sharedTurn.next()
  const decoded = await inSteps(sharedTurn, decodeValueInSteps(kind, after.right, { fieldValidation: 'Warn' }))
  return E.isLeft(decoded) ? [] : decoded.right.warnings
}
