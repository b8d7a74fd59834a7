import { subresourcesOf } from '@periplus/api'
import type { KindRegistry } from '@periplus/api'
import type { RequestLabels } from '../http/edge.ts'
import type { RequestInfo } from '../request/request-info.ts'

const unserved = { group: '', version: '', resource: '', subresource: '' }

const scopeOf = (info: RequestInfo): string => {
  if (info.tag === 'NonResource') return ''
  if (info.name !== '') return 'resource'
  return info.namespace === '' ? 'cluster' : 'namespace'
}

const servedOf = (kinds: KindRegistry, info: RequestInfo): typeof unserved => {
  if (info.tag === 'NonResource') return unserved
  const { group, version, resource, subresource } = info
  const kind = kinds.byResource(group, version, resource)
  if (!kind) return unserved
  const offered = subresource === '' || subresourcesOf(kind).some(({ name }) => name === subresource)
  return { group, version, resource, subresource: offered ? subresource : '' }
}

/** What a request is counted as. Counts are kept for good, and anybody may ask for anything: so only what is served has a name. */
export const labelsOf = (kinds: KindRegistry, info: RequestInfo): RequestLabels => ({
  verb: info.verb,
  ...servedOf(kinds, info),
  scope: scopeOf(info),
})
