import { errorText, grpcStatus as status } from '@periplus/grpc'
import type { ServiceError } from '@periplus/grpc'
import type { RuntimeRefusal } from '../container-runtime.ts'

/** What a failed call means; `details` is the runtime's own text, as kubelet shows it in events. */
export const refusalOf = ({ code, details }: ServiceError): RuntimeRefusal => {
  if (code === status.NOT_FOUND) return { tag: 'NotFound', message: details }
  if (code === status.DEADLINE_EXCEEDED) return { tag: 'Timeout', message: details }
  if (code === status.UNAVAILABLE || code === status.CANCELLED) return { tag: 'Unavailable', message: details }
  if (code === status.UNIMPLEMENTED) return { tag: 'Unsupported', message: details }
  // CRI starts a moment after the socket does.
  if (details.includes('server is not initialized yet')) return { tag: 'Unavailable', message: details }
  return { tag: 'Failed', message: details }
}

/** A failed pull, in the form that people know from `kubectl describe`; a runtime that is gone is not the registry's fault. */
export const pullRefusalOf = (error: ServiceError): RuntimeRefusal => {
  const refusal = refusalOf(error)
  if (refusal.tag === 'Unavailable') return refusal
  return { tag: 'PullFailed', message: errorText(error), invalidName: false }
}
