import type { KindRegistry } from '@periplus/api'
import type { Cut } from '@periplus/projection'
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

/** Who answers what is another server's; `undefined` for what is this one's own. */
export const aggregated = (aggregation: Aggregation, cut: Pick<Cut, 'list'>) => {
  let made:
    { kinds: KindRegistry; apis: readonly KnownApi[]; discovery: ReturnType<typeof mergedDiscovery> } | undefined
  const discovery = (kinds: KindRegistry, apis: readonly KnownApi[]): ReturnType<typeof mergedDiscovery> => {
    if (made?.kinds !== kinds || made.apis !== apis) made = { kinds, apis, discovery: mergedDiscovery(kinds, apis) }
    return made.discovery
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
      return apis.length === 0 ? undefined : discovery(kinds, apis)(call)
    },
  }
}
