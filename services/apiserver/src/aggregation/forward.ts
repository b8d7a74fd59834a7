import { E } from '@periplus/prelude'
import { badRequest } from '@periplus/api'
import type { Answer, Call } from '../http/call.ts'
import { relay } from '../proxy/relay.ts'
import { unavailable } from '../proxy/target.ts'
import type { AggregatedApi } from './api-services.ts'
import { connectBackend } from './backend.ts'
import type { BackendDeps } from './backend.ts'
import { identityHeaders } from './identity-headers.ts'

/** Has another server answer a request, in the name of whoever makes it. */
export const forward = async (deps: BackendDeps, call: Call, api: AggregatedApi): Promise<Answer> => {
  if (call.past)
    return E.left(badRequest('the log has no past of what other servers keep: they are not reached below /at/'))
  if (!api.isAvailable) return E.left(unavailable('service unavailable'))
  return relay(call, {
    connect: async () => E.mapLeft(unavailable)(await connectBackend(deps, api)),
    tls: false,
    path: call.request.url ?? call.info.path,
    prefix: '',
    headers: identityHeaders(call.user),
  })
}
