import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import { gvkOf, inVersion } from '@periplus/api'
import type { Kind, KindRegistry, KubernetesObject, Stored } from '@periplus/api'
import type { AdmissionRequest } from '../admission/request.ts'
import { storeAs } from '../record/versions.ts'

/** Brings an object from one version of its resource into another; left: why that cannot be. */
export type Convert = (object: KubernetesObject, from: Kind, to: Kind) => Promise<Either<string, KubernetesObject>>

/** Conversion by what is known of the kinds themselves. */
export const plainConversion =
  (kinds: () => KindRegistry): Convert =>
  (object, from, to) =>
    Promise.resolve(
      E.right(from === to ? object : inVersion(to, storeAs(from, object, kinds) as Stored<KubernetesObject>)),
    )

const isOwnKind = ({ kind, objectKind }: AdmissionRequest): boolean =>
  objectKind.kind === kind.kind && objectKind.group === kind.group && objectKind.version === kind.version

/** A request as somebody sees it who asks for another version of its resource. */
export const inForm = async (
  request: AdmissionRequest,
  kind: Kind,
  convert: Convert,
): Promise<Either<string, AdmissionRequest>> => {
  if (kind === request.kind) return E.right(request)
  // A Scale is the same in all of them.
  if (!isOwnKind(request)) return E.right({ ...request, kind })
  const converted = async (
    object: KubernetesObject | undefined,
  ): Promise<Either<string, KubernetesObject | undefined>> =>
    object ? convert(object, request.kind, kind) : E.right(undefined)
  const object = await converted(request.object)
  if (E.isLeft(object)) return object
  const oldObject = await converted(request.oldObject)
  if (E.isLeft(oldObject)) return oldObject
  return E.right({ ...request, kind, objectKind: gvkOf(kind), object: object.right, oldObject: oldObject.right })
}
