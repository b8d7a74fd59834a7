import { endpointReasons, serviceOf } from '@periplus/controllers'
import type { EndpointReason } from '@periplus/controllers'
import type { ObjectRef } from '@periplus/api'
import type { Cut } from '@periplus/projection'
import { unservedParts } from '@periplus/service-proxy'
import type { UnservedPart } from '@periplus/service-proxy'

/** What answers for the service that an object is or belongs to, and why or why not; `undefined` where it is about no service. */
export const reasonsFor = (cut: Cut, ref: ObjectRef): readonly EndpointReason[] | undefined => {
  const object = cut.entry(ref)?.object()
  const service = object && serviceOf(cut, object)
  return service && [...endpointReasons(cut, service), ...unservedParts(cut, service).map(unserved)]
}

const unserved = ({ nodeName, place, why }: UnservedPart): EndpointReason => ({
  ...{ endpoint: place, state: 'out' },
  why: `node ${nodeName}, whose pods are plain processes, does not hand it on: ${why}`,
})
