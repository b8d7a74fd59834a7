import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import { badRequest, refOf, unknownResource } from '@periplus/api'
import type { Kind, ObjectRef, Refusal } from '@periplus/api'
import type { ResourceInfo } from '../http/call.ts'
import { segmentFault } from '../request/request-info.ts'

/**
 * What the path means for the kind, and all that is acted on: an object, or with an empty name a collection, of one namespace or
 * with an empty namespace of all. It is made of the very fields that were authorized; a path in which they would mean another
 * scope than they say names nothing.
 */
export const targetOf = (kind: Kind, info: ResourceInfo): Either<Refusal, ObjectRef> => {
  if (!scopeFits(kind, info) || (info.rest.length > 0 && !takesPath.has(info.subresource)))
    return E.left(unknownResource)
  const fault = faultOf('Namespace', info.namespace) ?? faultOf('Name', info.name)
  if (fault) return E.left(fault)
  return E.right(refOf(kind, info.namespace, info.named ? info.name : ''))
}

/** Objects of a cluster are in no namespace's path, objects of a namespace in no other; collections may be asked for across all. */
const scopeFits = (kind: Kind, { withinNamespace, named }: ResourceInfo): boolean =>
  kind.namespaced ? withinNamespace || !named : !withinNamespace

/** Subresources that go on with a path of their own. */
const takesPath: ReadonlySet<string> = new Set(['proxy'])

const faultOf = (what: string, segment: string): Refusal | undefined => {
  const fault = segmentFault(segment)
  return fault === undefined ? undefined : badRequest(`${what} parameter invalid: ${JSON.stringify(segment)}: ${fault}`)
}
