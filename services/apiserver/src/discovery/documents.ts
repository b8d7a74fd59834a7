import type { KindRegistry } from '@periplus/api'
import type { Answer, Call } from '../http/call.ts'
import { discoveryDocuments } from './discovery.ts'
import { openApiDocuments } from './open-api.ts'

type Documents = (call: Call) => Answer | Promise<Answer> | undefined

const known = new WeakMap<KindRegistry, Documents>()

/** What the server says of the API with these kinds; `undefined` for paths about something else. Made once for each registry. */
export const documentsOf = (kinds: KindRegistry): Documents => {
  const documents = known.get(kinds) ?? madeOf(kinds)
  known.set(kinds, documents)
  return documents
}

const madeOf = (kinds: KindRegistry): Documents => {
  const discovery = discoveryDocuments(kinds)
  const openApi = openApiDocuments(kinds)
  return call => discovery(call) ?? openApi(call)
}
