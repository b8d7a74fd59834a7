import type { KindRegistry } from '@periplus/api'
import type { Answer, Call } from '../http/call.ts'
import { discoveryDocuments } from './discovery.ts'
import { openApiDocuments } from './open-api.ts'

/** What the server says of its API; `undefined` for paths about something else. */
export const documentsOf = (kinds: KindRegistry): ((call: Call) => Answer | undefined) => {
  const discovery = discoveryDocuments(kinds)
  const openApi = openApiDocuments(kinds)
  return call => discovery(call) ?? openApi(call)
}
