import type { KindRegistry } from '@periplus/api'
import type { Cut } from '@periplus/projection'
import { openApiDocuments } from '../discovery/open-api.ts'
import type { Answer, Call, ResourceInfo } from '../http/call.ts'
import { aggregatedAt } from './api-services.ts'
import type { AggregatedApi } from './api-services.ts'
import type { BackendDeps } from './backend.ts'
import { forward } from './forward.ts'
import type { KnownApi } from './known-api.ts'
import { mergedDiscovery } from './merged-discovery.ts'

/** What the gateway needs to hand requests on to the servers of APIServices. */
export interface Aggregation extends BackendDeps {
  /** The same array until one of them says something else. */
  readonly known: () => readonly KnownApi[]
}

/** `/apis/<group>/<version>`, and its description. */
const versionPath = /^(?:\/openapi\/v3)?\/apis\/([^/]+)\/([^/]+)\/?$/

const documentOf = (cut: Pick<Cut, 'list'>, path: string): AggregatedApi | undefined => {
  const [, group, version] = versionPath.exec(path) ?? []
  return group === undefined ? undefined : aggregatedAt(cut).get(`${group}/${version}`)
}

type Documents = (call: Call) => Promise<Answer> | Answer | undefined

/** What is said of the API where other servers answer for a part of it. */
const mergedDocuments = (kinds: KindRegistry, apis: readonly KnownApi[]): Documents => {
  const discovery = mergedDiscovery(kinds, apis)
  const openApi = openApiDocuments(
    kinds,
    apis.flatMap(one => one.openApi ?? []),
  )
  return call => discovery(call) ?? openApi(call)
}

/** Who answers what is another server's; `undefined` for what is this one's own. */
export const aggregated = (aggregation: Aggregation, cut: Pick<Cut, 'list'>) => {
  let made: { kinds: KindRegistry; apis: readonly KnownApi[]; documents: Documents } | undefined
  const documents = (kinds: KindRegistry, apis: readonly KnownApi[]): Documents => {
    if (made?.kinds !== kinds || made.apis !== apis) made = { kinds, apis, documents: mergedDocuments(kinds, apis) }
    return made.documents
  }
  return {
    resource: (call: Call, { group, version }: ResourceInfo): Promise<Answer> | undefined => {
      const api = aggregatedAt(cut).get(`${group}/${version}`)
      return api && forward(aggregation, call, api)
    },
    document: (call: Call, kinds: KindRegistry): Promise<Answer> | Answer | undefined => {
      if (call.past) return undefined
      const api = documentOf(cut, call.info.path)
      if (api) return forward(aggregation, call, api)
      const apis = aggregation.known()
      return apis.length === 0 ? undefined : documents(kinds, apis)(call)
    },
  }
}
