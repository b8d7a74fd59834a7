import type { Certificate } from './certificate.ts'
import { wildcardOf } from './hosts.ts'
import type { Route, RoutingTable } from './routing-table.ts'

/** A host as rules name it: in lower case, without its port and without a dot at its end. */
export const plainHost = (host: string): string =>
  host
    .replace(/:\d{0,5}$/, '')
    .replace(/\.$/, '')
    .toLowerCase()

/** What stands for a host: itself, else the wildcard that covers it, else what is for all others. */
const of = <A>(known: ReadonlyMap<string, A>, host: string): A | undefined =>
  known.get(host) ?? known.get(wildcardOf(host) ?? host) ?? known.get('')

/** Where a request is led; `host` plain, `path` without what follows a question mark. A host's own rules are all that it has. */
export const routeFor = ({ hosts }: RoutingTable, host: string, path: string): Route | undefined =>
  of(hosts, host)?.find(route => (route.exact ? path === route.path : isBelow(path, route.path)))

/** Element by element: `/ab` is not below `/a`. */
const isBelow = (path: string, prefix: string): boolean =>
  path.startsWith(prefix) && (path.length === prefix.length || path[prefix.length] === '/')

export const certificateFor = ({ certificates }: RoutingTable, host: string): Certificate | undefined =>
  of(certificates, host)
