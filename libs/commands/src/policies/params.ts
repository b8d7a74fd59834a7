import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import { labelSelectorAsSelector } from '@periplus/api'
import type { Kind, KubernetesObject } from '@periplus/api'
import { kindOfParams } from '@periplus/kinds'
import type { ParamKind, ParamRef } from '@periplus/kinds'
import type { StageContext } from '../stages/stage.ts'

/** What a policy is evaluated with, once for each; a policy without parameters has one that is nothing. */
export type Params = readonly (KubernetesObject | undefined)[]

const nothing: Params = [undefined]

/** The parameters that a binding names, or why there are none to evaluate its policy with. */
export const paramsOf = (
  paramKind: ParamKind | undefined,
  ref: ParamRef | undefined,
  namespace: string,
  context: StageContext,
): Either<string, Params> => {
  if (!paramKind || !ref) return E.right(nothing)
  const kind = kindOfParams(paramKind, context.kinds())
  if (!kind) return E.left(`paramKind kind \`${paramKind.apiVersion}, Kind=${paramKind.kind}\` not known`)
  if (!kind.namespaced && ref.namespace)
    return E.left('paramRef.namespace must not be provided for a cluster-scoped `paramKind`')
  const within = kind.namespaced ? ref.namespace || namespace : ''
  if (kind.namespaced && within === '')
    return E.left('cannot use namespaced paramRef in policy binding that matches cluster-scoped resources')
  const found = foundBy(kind, within, ref, context)
  if (E.isLeft(found) || found.right.length > 0 || ref.parameterNotFoundAction !== 'Deny') return found
  return E.left('no params found for policy binding with `Deny` parameterNotFoundAction')
}

const foundBy = (kind: Kind, within: string, ref: ParamRef, { cut }: StageContext): Either<string, Params> => {
  if (ref.name) {
    const object = cut.get(kind, within, ref.name)
    return E.right(object ? [object] : [])
  }
  const selector = labelSelectorAsSelector(ref.selector ?? {})
  if (E.isLeft(selector)) return E.left('the selector of the parameters cannot be read')
  return E.right(cut.list(kind, within).filter(({ metadata }) => selector.right.matches(metadata.labels)))
}
