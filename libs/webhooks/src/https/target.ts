import { posix } from 'node:path'
import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import type { ResolveService, WebhookQuestion } from '../webhook-client.ts'

/** What a question goes to: a connection's end, and what is said to whoever is there. */
export interface Target {
  readonly host: string
  readonly port: number
  /** Whose certificate it must be; absent for an IP address. */
  readonly servername?: string
  /** The header `Host`. */
  readonly authority: string
  readonly path: string
  /** The whole of it, as errors name it. */
  readonly url: string
}

const ipAddress = /^(\d+\.\d+\.\d+\.\d+|\[[0-9a-fA-F:.]+\])$/

const bare = (host: string): string => (host.startsWith('[') ? host.slice(1, -1) : host)

/** The deadline is told to the webhook, in whole seconds, as Kubernetes does. */
const withTimeout = (path: string, milliseconds: number): string =>
  `${cleanPath(path)}?timeout=${Math.ceil(milliseconds / 1000)}s`

/** As client-go joins it (Go's `path.Join`): `//review/` is `/review`, which is what servers in Go know it by. */
const cleanPath = (path: string): string => {
  const joined = posix.join('/', path)
  return joined === '/' ? joined : joined.replace(/\/$/, '')
}

/** Where a question goes; left: why nowhere, with the URL as far as there is one. */
export const targetOf = (
  {
    address: { url, service },
    timeoutMilliseconds,
    as,
  }: Pick<WebhookQuestion, 'address' | 'timeoutMilliseconds' | 'as'>,
  resolve: ResolveService,
): Either<{ readonly url: string; readonly why: string }, Target> => {
  if (service) {
    const { namespace, name, port = 443, path = '' } = service
    const servername = `${name}.${namespace}.svc`
    const authority = `${servername}:${port}`
    const full = withTimeout(path, timeoutMilliseconds)
    const shown = `https://${authority}${full}`
    const end = resolve({ namespace, name, port })
    if (E.isLeft(end)) return E.left({ url: shown, why: end.left })
    return E.right({ ...end.right, servername, authority, path: full, url: shown })
  }
  const parsed = URL.canParse(url ?? '') ? new URL(url ?? '') : undefined
  if (parsed?.protocol !== 'https:') return E.left({ url: url ?? '', why: 'not a URL that begins with https://' })
  const full = as ? cleanPath(parsed.pathname) + parsed.search : withTimeout(parsed.pathname, timeoutMilliseconds)
  const servername = as?.serverName ?? (ipAddress.test(parsed.hostname) ? undefined : parsed.hostname)
  return E.right({
    host: bare(parsed.hostname),
    port: parsed.port === '' ? 443 : Number(parsed.port),
    ...(servername === undefined ? {} : { servername }),
    authority: parsed.host,
    path: full,
    url: `https://${parsed.host}${full}`,
  })
}
