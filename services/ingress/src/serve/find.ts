import type { IncomingMessage } from 'node:http'
import { plainHost, routeFor } from '../routes/find-route.ts'
import type { Route, RoutingTable } from '../routes/routing-table.ts'
import { pathOf } from './exchange.ts'

/** What a request asks for, and where it is led. */
export interface Asked {
  /** As the client wrote it. */
  readonly host: string
  /** As rules name it. */
  readonly name: string
  readonly route: Route | undefined
}

/** The host of the request's own line comes before that of its headers (RFC 9112, 3.2.2). */
export const findRoute = (table: RoutingTable, request: IncomingMessage): Asked => {
  const { url = '/', headers } = request
  const absolute = !url.startsWith('/') && URL.canParse(url) ? new URL(url).host : undefined
  const host = absolute ?? headers.host ?? ''
  const name = plainHost(host)
  const [path = '/'] = pathOf(request).split('?')
  return { host, name, route: routeFor(table, name, path) }
}
