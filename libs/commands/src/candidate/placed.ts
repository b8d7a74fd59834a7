import { badRequest } from '@periplus/api'
import type { KubernetesObject, ObjectRef, Refusal } from '@periplus/api'
import { E, pipe } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'

/** A body may leave its namespace to the path, but not contradict it; where there is none, what the body says of one is dropped. */
export const inNamespace = (
  { namespace }: Pick<ObjectRef, 'namespace'>,
  object: KubernetesObject,
): Either<Refusal, KubernetesObject> => {
  const given = object.metadata?.namespace ?? ''
  if (given === namespace) return E.right(object)
  if (given !== '' && namespace !== '')
    return E.left(badRequest('the namespace of the provided object does not match the namespace sent on the request'))
  if (namespace !== '') return E.right({ ...object, metadata: { ...object.metadata, namespace } })
  const { namespace: _, ...metadata } = object.metadata ?? {}
  return E.right({ ...object, metadata })
}

/** Of what is written at a path that names it, the body names it too. */
const underName = ({ name }: ObjectRef, object: KubernetesObject): Either<Refusal, KubernetesObject> => {
  const given = object.metadata?.name ?? ''
  if (given === name) return E.right(object)
  return E.left(
    badRequest(
      given === ''
        ? `the name of the object (${name} based on URL) was undeterminable: name must be provided`
        : `the name of the object (${given}) does not match the name on the URL (${name})`,
    ),
  )
}

/** An object, from a body or as a patch leaves it, as the one that the path names. */
export const placedAt = (ref: ObjectRef, object: KubernetesObject): Either<Refusal, KubernetesObject> =>
  pipe(
    inNamespace(ref, object),
    E.flatMap(one => underName(ref, one)),
  )
