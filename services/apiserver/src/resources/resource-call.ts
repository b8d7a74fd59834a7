import type { Kind, ObjectRef } from '@periplus/api'
import type { Answer, Call, ResourceInfo } from '../http/call.ts'
import type { Accepted } from '../request/accept.ts'

/** A request about a resource that exists, on its way to the verb or subresource that answers it. */
export interface ResourceCall {
  readonly call: Call
  readonly info: ResourceInfo
  readonly kind: Kind
  /** What is asked about: the object, or with an empty name the collection. Nothing else of the path is acted on. */
  readonly ref: ObjectRef
  readonly accepted: Accepted
}

export type ResourceHandler = (asked: ResourceCall) => Promise<Answer>
