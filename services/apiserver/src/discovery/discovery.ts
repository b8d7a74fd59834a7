import { E } from '@periplus/prelude'
import {
  aggregatedDiscovery,
  apiGroup,
  apiGroupList,
  apiResourceList,
  apiVersions,
  unknownResource,
} from '@periplus/api'
import type { KindRegistry } from '@periplus/api'
import type { Answer, Call } from '../http/call.ts'
import { headerOf } from '../http/exchange.ts'
import { ok } from '../http/reply.ts'
import { answerDocument, once, servedDocument } from './document.ts'

type AggregatedVersion = 'v2' | 'v2beta1'

/** The aggregated form that the client prefers over the plain one, if any. */
export const aggregatedVersion = (accept: string | undefined): AggregatedVersion | undefined => {
  for (const range of (accept ?? '').split(',')) {
    const [type, ...parameters] = range.split(';').map(part => part.trim())
    if (type !== 'application/json') continue
    if (parameters.includes('as=APIGroupDiscoveryList') && parameters.includes('g=apidiscovery.k8s.io'))
      for (const version of ['v2', 'v2beta1'] as const) if (parameters.includes(`v=${version}`)) return version
    if (parameters.length === 0) return undefined
  }
  return undefined
}

/** `/api`, `/apis` and what is below them, up to where resources begin. */
export const discoveryDocuments = (kinds: KindRegistry): ((call: Call) => Answer | undefined) => {
  const aggregated = (part: 'core' | 'groups', version: AggregatedVersion) =>
    once(() =>
      servedDocument(
        aggregatedDiscovery(kinds, part, version),
        `application/json;g=apidiscovery.k8s.io;v=${version};as=APIGroupDiscoveryList`,
      ),
    )
  const documents = {
    core: { v2: aggregated('core', 'v2'), v2beta1: aggregated('core', 'v2beta1') },
    groups: { v2: aggregated('groups', 'v2'), v2beta1: aggregated('groups', 'v2beta1') },
  }
  const plain = (value: unknown): Answer =>
    value === undefined ? E.left(unknownResource) : E.right(ok(value, { vary: 'Accept' }))
  const root = (call: Call, part: 'core' | 'groups'): Answer => {
    const version = aggregatedVersion(headerOf(call.request, 'accept'))
    if (version) return E.right(answerDocument(call, documents[part][version]()))
    return plain(part === 'core' ? apiVersions(kinds, addressOf(call)) : apiGroupList(kinds))
  }
  return call => {
    const [prefix, first, second, ...others] = call.info.path.split('/').filter(part => part !== '')
    if (others.length > 0) return undefined
    if (prefix === 'api') {
      if (first === undefined) return root(call, 'core')
      return second === undefined ? plain(apiResourceList(kinds, '', first)) : undefined
    }
    if (prefix !== 'apis') return undefined
    if (first === undefined) return root(call, 'groups')
    return plain(second === undefined ? apiGroup(kinds, first) : apiResourceList(kinds, first, second))
  }
}

const addressOf = (call: Call): string => headerOf(call.request, ':authority') ?? headerOf(call.request, 'host') ?? ''
