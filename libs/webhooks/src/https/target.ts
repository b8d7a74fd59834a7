import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import type { WebhookAddress } from '@periplus/api'
import type { ResolveService } from '../webhook-client.ts'

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
const withTimeout = (path: string, milliseconds: number): string => `${path}?timeout=${Math.ceil(milliseconds / 1000)}s`

/** Where an address leads; left: why nowhere, with the URL as far as there is one. */
export const targetOf = (
  { url, service }: WebhookAddress,
  timeoutMilliseconds: number,
  resolve: ResolveService,
): Either<{ readonly url: string; readonly why: string }, Target> => {
  if (service) {
    const { namespace, name, port = 443, path = '' } = service
    const servername = `${name}.${namespace}.svc`
    const authority = `${servername}:${port}`
    const full = withTimeout(path.startsWith('/') ? path : `/${path}`, timeoutMilliseconds)
    const shown = `https://${authority}${full}`
    const end = resolve({ namespace, name, port })
    if (E.isLeft(end)) return E.left({ url: shown, why: end.left })
    return E.right({ ...end.right, servername, authority, path: full, url: shown })
  }
  const parsed = URL.canParse(url ?? '') ? new URL(url ?? '') : undefined
  if (parsed?.protocol !== 'https:') return E.left({ url: url ?? '', why: 'not a URL that begins with https://' })
  const full = withTimeout(parsed.pathname, timeoutMilliseconds)
  const isAddress = ipAddress.test(parsed.hostname)
  return E.right({
    host: bare(parsed.hostname),
    port: parsed.port === '' ? 443 : Number(parsed.port),
    ...(isAddress ? {} : { servername: parsed.hostname }),
    authority: parsed.host,
    path: full,
    url: `https://${parsed.host}${full}`,
  })
}
