import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import type { Kind, KubernetesObject, Refusal } from '@periplus/api'
import type { ResourceInfo } from '../http/call.ts'

const refused = (message: string): Either<Refusal, never> => E.left({ tag: 'BadRequest', message })

/** A body may leave its namespace to the path, but not contradict it. */
export const inNamespace = (
  kind: Kind,
  info: ResourceInfo,
  object: KubernetesObject,
): Either<Refusal, KubernetesObject> => {
  const given = object.metadata?.namespace ?? ''
  const meant = kind.namespaced ? info.namespace : ''
  if (given === meant) return E.right(object)
  if (given !== '')
    return refused('the namespace of the provided object does not match the namespace sent on the request')
  return E.right({ ...object, metadata: { ...object.metadata, namespace: meant } })
}

/** The same for the name of what is written at a path that names it. */
export const underName = (info: ResourceInfo, object: KubernetesObject): Either<Refusal, KubernetesObject> => {
  const given = object.metadata?.name ?? ''
  if (given === info.name) return E.right(object)
  if (given !== '')
    return refused(`the name of the object (${given}) does not match the name on the URL (${info.name})`)
  return E.right({ ...object, metadata: { ...object.metadata, name: info.name } })
}
