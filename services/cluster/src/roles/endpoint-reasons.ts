import { endpointReasons, serviceOf } from '@periplus/controllers'
import type { EndpointReason } from '@periplus/controllers'
import type { ObjectRef } from '@periplus/api'
import type { Cut } from '@periplus/projection'

/** What answers for the service that an object is or belongs to, and why or why not; `undefined` where it is about no service. */
export const reasonsFor = (cut: Cut, ref: ObjectRef): readonly EndpointReason[] | undefined => {
  const object = cut.entry(ref)?.object()
  const service = object && serviceOf(cut, object)
  return service && endpointReasons(cut, service)
}
