import { E, own } from '@periplus/prelude'
import type { Steps } from '@periplus/prelude'
import { parseFieldSelectorInSteps, pinnedName } from '@periplus/api'
import type { FieldRequirement } from '@periplus/api'

/** What a request is about, as Kubernetes' `RequestInfo` resolver reads it from method, path and query. */
export type RequestInfo =
  | {
      readonly tag: 'Resource'
      readonly verb: string
      /** `''` for the core group. */
      readonly group: string
      readonly version: string
      readonly namespace: string
      readonly resource: string
      readonly subresource: string
      readonly name: string
      /** Whether the path itself names the object: a collection's field selector may pin a name, too. */
      readonly named: boolean
      /** Whether the path goes through a namespace to a resource in it: `/namespaces/x/pods`, and not `/namespaces/x`. */
      readonly withinNamespace: boolean
      /** Whether the verb stands in the path: `/api/v1/watch/...`. */
      readonly verbInPath: boolean
      /** Of a collection: what its field selector demands; none where it can't be read, which is refused later. */
      readonly fields: readonly FieldRequirement[]
      /** What follows the subresource, as in `pods/x/proxy/some/path`. */
      readonly rest: readonly string[]
      readonly path: string
    }
  | { readonly tag: 'NonResource'; readonly verb: string; readonly path: string }

/** `true` unless the value is absent, `0` or `false`: how Kubernetes reads booleans from a query. */
export const booleanParameter = (query: URLSearchParams, name: string): boolean => {
  const value = query.get(name)
  return value !== null && value !== '0' && value.toLowerCase() !== 'false'
}

const verbOf: Readonly<Record<string, string>> = {
  POST: 'create',
  GET: 'get',
  HEAD: 'get',
  PUT: 'update',
  PATCH: 'patch',
  DELETE: 'delete',
}

/** Subresources of a namespace, which would otherwise read as resources in it. */
const namespaceSubresources = new Set(['status', 'finalize'])

/** A field selector that pins the name makes a collection request one about that name, for authorization. */
const nameOfSelector = (fields: readonly FieldRequirement[]): string => {
  const name = pinnedName(fields)
  return name === undefined || segmentFault(name) !== undefined ? '' : name
}

function* fieldsOf(query: URLSearchParams): Steps<readonly FieldRequirement[]> {
  const read = yield* parseFieldSelectorInSteps(query.get('fieldSelector') ?? '')
  return E.isLeft(read) ? [] : read.right
}

/** Why a name or a namespace can stand in no path, in Kubernetes' words. */
export const segmentFault = (segment: string): string | undefined => {
  if (segment === '.' || segment === '..') return `may not be '${segment}'`
  const part = ['/', '%'].find(character => segment.includes(character))
  return part === undefined ? undefined : `may not contain '${part}'`
}

/** Slashes at either end say nothing. */
const segmentsOf = (path: string): readonly string[] => {
  const segments = path.split('/')
  const first = segments.findIndex(segment => segment !== '')
  return first < 0 ? [] : segments.slice(first, segments.findLastIndex(segment => segment !== '') + 1)
}

/** Whether every `%` of a path begins an octet of a UTF-8 character, as HTTP wants it. */
export const isWellFormed = (path: string): boolean => {
  try {
    decodeURIComponent(path)
    return true
  } catch {
    return false
  }
}

/** Of a proxied path, what says who is to be asked: what follows is that server's. */
const beforeProxied = (parts: readonly string[]): readonly string[] => {
  const at = parts.indexOf('proxy')
  return at < 0 ? parts : parts.slice(0, at)
}

/**
 * `path` is well formed and has no query and no `/at/` prefix. Its segments are decoded one by one, so a `%2F` never makes a
 * segment; where one is empty, no resource is named. In steps: nobody knows yet who asks, and a selector may be as long as a request line.
 */
export function* resolveRequestInfo(method: string, path: string, query: URLSearchParams): Steps<RequestInfo> {
  const nonResource: RequestInfo = { tag: 'NonResource', verb: method.toLowerCase(), path }
  const parts = segmentsOf(path).map(decodeURIComponent)
  const [prefix] = parts
  if ((prefix !== 'api' && prefix !== 'apis') || beforeProxied(parts).includes('')) return nonResource
  const groupParts = prefix === 'api' ? 2 : 3
  if (parts.length <= groupParts) return nonResource
  const group = prefix === 'api' ? '' : (parts[1] ?? '')
  const version = parts[groupParts - 1] ?? ''
  let rest = parts.slice(groupParts)
  let verb = own(verbOf, method) ?? ''
  const special = rest[0] === 'watch'
  if (special) {
    verb = 'watch'
    rest = rest.slice(1)
    if (rest.length === 0) return nonResource
  }
  const namespace = rest[0] === 'namespaces' ? (rest[1] ?? '') : ''
  const withinNamespace = rest[0] === 'namespaces' && rest.length > 2 && !namespaceSubresources.has(rest[2] ?? '')
  if (withinNamespace) rest = rest.slice(2)
  const resource = rest[0] ?? ''
  const named = rest.length > 1
  const fields = named ? [] : yield* fieldsOf(query)
  let name = rest[1] ?? ''
  if (!named && (verb === 'get' || special)) {
    if (!special) verb = booleanParameter(query, 'watch') ? 'watch' : 'list'
    name = nameOfSelector(fields)
  } else if (!named && verb === 'delete') verb = 'deletecollection'
  return {
    tag: 'Resource',
    verb,
    group,
    version,
    namespace,
    resource,
    subresource: rest[2] ?? '',
    name,
    named,
    withinNamespace,
    verbInPath: special,
    fields,
    rest: rest.slice(3),
    path,
  }
}
