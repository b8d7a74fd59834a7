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
const pinnedName = (query: URLSearchParams): string => {
  const match = /^metadata\.name==?([^,=!]+)$/.exec(query.get('fieldSelector') ?? '')
  return match?.[1] ?? ''
}

/** `path` has no query and no `/at/` prefix; its segments are decoded one by one, so a `%2F` never makes a segment. */
export const resolveRequestInfo = (method: string, path: string, query: URLSearchParams): RequestInfo => {
  const nonResource: RequestInfo = { tag: 'NonResource', verb: method.toLowerCase(), path }
  const parts = path
    .split('/')
    .filter(part => part !== '')
    .map(decodeSegment)
  const [prefix] = parts
  if (prefix !== 'api' && prefix !== 'apis') return nonResource
  const groupParts = prefix === 'api' ? 2 : 3
  if (parts.length <= groupParts) return nonResource
  const group = prefix === 'api' ? '' : (parts[1] ?? '')
  const version = parts[groupParts - 1] ?? ''
  let rest = parts.slice(groupParts)
  let verb = verbOf[method] ?? ''
  const special = rest[0] === 'watch'
  if (special) {
    verb = 'watch'
    rest = rest.slice(1)
    if (rest.length === 0) return nonResource
  }
  let namespace = ''
  if (rest[0] === 'namespaces' && rest.length > 1) {
    namespace = rest[1] ?? ''
    if (rest.length > 2 && !namespaceSubresources.has(rest[2] ?? '')) rest = rest.slice(2)
  }
  const resource = rest[0] ?? ''
  let name = rest[1] ?? ''
  if (name === '' && (verb === 'get' || special)) {
    if (!special) verb = booleanParameter(query, 'watch') ? 'watch' : 'list'
    name = pinnedName(query)
  } else if (name === '' && verb === 'delete') verb = 'deletecollection'
  return {
    tag: 'Resource',
    verb,
    group,
    version,
    namespace,
    resource,
    subresource: rest[2] ?? '',
    name,
    rest: rest.slice(3),
    path,
  }
}

const decodeSegment = (segment: string): string => {
  try {
    return decodeURIComponent(segment)
  } catch {
    return segment
  }
}
