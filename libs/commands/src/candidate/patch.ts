import {
  applyJsonPatch,
  applyJsonPatchInTurns,
  applyMergePatch,
  applyStrategicPatch,
  decodeValueInSteps,
  fieldError,
  toJson,
} from '@periplus/api'
import type { Decodable, Kind, KubernetesObject, Refusal, Stored } from '@periplus/api'
import { E, assertNever, inSteps, inTurn } from '@periplus/prelude'
import type { Either, Steps, Turn } from '@periplus/prelude'
import type { Patch } from '../command.ts'
import { scaleForm } from './apply-scale.ts'
import { refuse } from './refuse.ts'
import { scaleOf } from './scale.ts'
import { takesOnlyStatus } from './update.ts'

/** Any patch but a configuration that is applied. */
export type PlainPatch = Exclude<Patch, { readonly type: 'apply' }>

/**
 * The object (or, for `scale`, its Scale) after the patch; what the patch makes of it must still fit the schema. Where it stands is not
 * looked at. Where there is a turn to be over, long patches are applied in several.
 */
export const patched = (
  kind: Kind,
  subresource: string | undefined,
  patch: PlainPatch,
  current: Stored<KubernetesObject>,
  turn?: Turn,
): Patched | Promise<Patched> => {
  const scale = subresource === 'scale' ? scaleOf(kind, current) : undefined
  if (subresource === 'scale' && !scale) return refuse.badRequest(`${kind.resource} do not scale`)
  const form: Decodable<KubernetesObject> = scale ? scaleForm : kind
  const onlyStatus = takesOnlyStatus(subresource)
  const fitting = (applied: Either<Refusal, unknown>): Patched | Promise<Patched> =>
    E.isLeft(applied) ? applied : inTurn(turn, () => inSteps(turn, fitted(form, patch, applied.right, onlyStatus)))
  const applied = apply(form, patch, scale ?? current, turn)
  return applied instanceof Promise ? applied.then(fitting) : fitting(applied)
}

type Patched = Either<Refusal, KubernetesObject>

function* fitted(
  form: Decodable<KubernetesObject>,
  patch: PlainPatch,
  value: unknown,
  onlyStatus: boolean,
): Steps<Patched> {
  const decoded = yield* decodeValueInSteps(form, value, { fieldValidation: 'Warn', onlyStatus })
  if (E.isLeft(decoded)) return decoded.left.tag === 'BadRequest' ? misfit(patch, decoded.left.message) : decoded
  const { object, warnings } = decoded.right
  return patch.strict && warnings.length > 0
    ? misfit(patch, `strict decoding error: ${warnings.join(', ')}`)
    : E.right(object)
}

/** Operations that are carried out before others have a turn. */
const shortPatch = 500

const apply = (
  form: Decodable,
  patch: PlainPatch,
  document: unknown,
  turn: Turn | undefined,
): Either<Refusal, unknown> | Promise<Either<Refusal, unknown>> => {
  switch (patch.type) {
    case 'json':
      return turn && Array.isArray(patch.body) && patch.body.length > shortPatch
        ? applyJsonPatchInTurns(document, patch.body, turn)
        : applyJsonPatch(document, patch.body)
    case 'merge':
      return applyMergePatch(document, patch.body)
    case 'strategic':
      return applyStrategicPatch(form.schema, document, patch.body)
    default:
      return assertNever(patch)
  }
}

/** Kubernetes blames the patch, not the object, and names neither. */
const misfit = ({ body }: PlainPatch, why: string): Either<Refusal, never> =>
  E.left({
    tag: 'Invalid',
    target: { group: '', resource: '', name: '', kind: '' },
    causes: [fieldError.invalid('patch', toJson(body), why)],
  })
