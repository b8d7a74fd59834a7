import { traversal } from '../values/size.ts'
import { Opaque, PlainList, PlainMap } from '../values/value.ts'
import type { Value } from '../values/value.ts'
import { arg, fail, overload } from './overload.ts'
import type { Cost, Overload } from './overload.ts'

interface Parts {
  readonly scheme: string
  readonly host: string
  readonly path: string
  readonly query: string
}

class UrlValue extends Opaque {
  readonly type = { tag: 'opaque', name: 'kubernetes.URL' } as const
  readonly text: string
  readonly parts: Parts
  constructor(text: string, parts: Parts) {
    super()
    this.text = text
    this.parts = parts
  }
  equals(other: Opaque): boolean {
    return other instanceof UrlValue && this.text === other.text
  }
}

const written = /^(?:([A-Za-z][A-Za-z0-9+.-]*):)?(?:\/\/([^/?#]*))?([^?#]*)(?:\?([^#]*))?(?:#.*)?$/s
const host = /^(?:[^@]*@)?((?:\[[0-9A-Fa-f:.%]*\]|[^:[\]\s<>"]*)(?::\d*)?)$/

/** A URL with a scheme, or an absolute path, as Go's `url.ParseRequestURI` takes it; or why it is none. */
export const parseUrl = (text: string): Parts | string => {
  const shown = JSON.stringify(text.slice(0, 200))
  const [whole, scheme = '', authority, path = '', query = ''] = written.exec(text) ?? []
  if (whole === undefined || text === '') return `parse ${shown}: empty url`
  if (/[\u0000-\u001f\u007f]/.test(text)) return `parse ${shown}: net/url: invalid control character in URL`
  if (scheme === '' && !text.startsWith('/')) return `parse ${shown}: invalid URI for request`
  if (/%(?![0-9A-Fa-f]{2})/.test(path)) return `parse ${shown}: invalid URL escape`
  const [, named] = authority === undefined ? ['', ''] : (host.exec(authority) ?? [])
  if (named === undefined) return `parse ${shown}: invalid character in host name`
  return {
    scheme: scheme.toLowerCase(),
    host: named,
    path: path.replace(/[ "<>\\^`{|}]|[^\u0000-\u007f]+/gu, encodeURIComponent),
    query,
  }
}

const plain = (text: string): string => {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    return text
  }
}

const queryOf = ({ query }: Parts): Value => {
  const found = new Map<string, string[]>()
  for (const pair of query.split('&')) {
    if (pair === '' || pair.includes(';')) continue
    const [name = '', ...value] = pair.split('=')
    const key = plain(name)
    found.set(key, [...(found.get(key) ?? []), plain(value.join('='))])
  }
  const made = new PlainMap()
  for (const [key, values] of found) made.put(key, new PlainList(values))
  return made
}

const split = (text: string): readonly [string, string] => {
  const [, name = '', port = ''] = /^(\[[^\]]*\]|[^:]*)(?::(\d*))?$/.exec(text) ?? []
  return [name.replace(/^\[|\]$/g, ''), port]
}

const partsOf = (args: readonly Value[]): Parts => arg<UrlValue>(args, 0).parts
const byText: Cost = ([text = null], _, budget) => traversal(text, budget)
const type = 'kubernetes.URL'

const read = (text: string): UrlValue => {
  const parts = parseUrl(text)
  return typeof parts === 'string'
    ? fail(`URL parse error during conversion from string: ${parts}`)
    : new UrlValue(text, parts)
}

/** Kubernetes' URLs. */
export const urls: readonly Overload[] = [
  overload('url', 'string_to_url', `string -> ${type}`, args => read(arg<string>(args, 0)), byText),
  overload(
    'isURL',
    'is_url_string',
    'string -> bool',
    args => typeof parseUrl(arg<string>(args, 0)) === 'object',
    byText,
  ),
  overload('.getScheme', 'url_get_scheme', `${type} -> string`, args => partsOf(args).scheme),
  overload('.getHost', 'url_get_host', `${type} -> string`, args => partsOf(args).host),
  overload('.getHostname', 'url_get_hostname', `${type} -> string`, args => split(partsOf(args).host)[0]),
  overload('.getPort', 'url_get_port', `${type} -> string`, args => split(partsOf(args).host)[1]),
  overload('.getEscapedPath', 'url_get_escaped_path', `${type} -> string`, args => partsOf(args).path),
  overload('.getQuery', 'url_get_query', `${type} -> map(string, list(string))`, (args, budget) => {
    budget.toil(partsOf(args).query.length)
    return queryOf(partsOf(args))
  }),
]
