import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import { gvkOf, needsConversion } from '@periplus/api'
import type { Kind, KubernetesObject } from '@periplus/api'
import type { AdmissionRefusal } from '../admission/plugin.ts'
import type { AdmissionRequest } from '../admission/request.ts'
import { storeAs } from '../record/versions.ts'
import type { StageContext } from '../stages/stage.ts'

type Converting = Pick<StageContext, 'kinds' | 'inVersion'>

/** Brings an object from one version of its resource into another. */
export const converted = async (
  object: KubernetesObject,
  from: Kind,
  to: Kind,
  { kinds, inVersion }: Converting,
): Promise<Either<AdmissionRefusal, KubernetesObject>> => {
  if (from === to) return E.right(object)
  // Between built-in versions the way leads over the stored one.
  return inVersion(to, needsConversion(to, object) ? object : storeAs(from, object, kinds))
}

const isOwnKind = ({ kind, objectKind }: AdmissionRequest): boolean =>
  objectKind.kind === kind.kind && objectKind.group === kind.group && objectKind.version === kind.version

/** A request as somebody sees it who asks for another version of its resource. */
export const inForm = async (
  request: AdmissionRequest,
  kind: Kind,
  context: Converting,
): Promise<Either<AdmissionRefusal, AdmissionRequest>> => {
  if (kind === request.kind) return E.right(request)
  // A Scale is the same in all of them.
  if (!isOwnKind(request)) return E.right({ ...request, kind })
  const shown = async (
    object: KubernetesObject | undefined,
  ): Promise<Either<AdmissionRefusal, KubernetesObject | undefined>> =>
    object ? converted(object, request.kind, kind, context) : E.right(undefined)
  const object = await shown(request.object)
  if (E.isLeft(object)) return object
  const oldObject = await shown(request.oldObject)
  if (E.isLeft(oldObject)) return oldObject
  return E.right({ ...request, kind, objectKind: gvkOf(kind), object: object.right, oldObject: oldObject.right })
}
