import { E } from '@periplus/prelude'
import type { Stored } from '@periplus/api'
import { Secret, ingressHosts } from '@periplus/kinds'
import type { Ingress } from '@periplus/kinds'
import type { Cut } from '@periplus/projection'
import { backendOf } from './backend.ts'
import type { Backend } from './backend.ts'
import { certificateIn } from './certificate.ts'
import type { Certificate } from './certificate.ts'
import { ownersOf } from './hosts.ts'
import { ownIngresses } from './ours.ts'

/** What requests of one host with such a path are led to. */
export interface Route {
  /** Without a slash at its end, unless it is to be exactly that; `''`: every path. */
  readonly path: string
  readonly exact: boolean
  /** `undefined`: what the Ingress names cannot be had, and who asks is told so. */
  readonly backend: Backend | undefined
}

/** What is wrong with an Ingress, for whoever wrote it. */
export interface Problem {
  readonly ingress: Stored<Ingress>
  readonly reason: 'HostTaken' | 'PathTaken' | 'TooManyPaths' | 'NoBackend' | 'NoCertificate'
  readonly message: string
}

/** All that is served at one moment. */
export interface RoutingTable {
  /** Of each host that somebody names; those to be tried first come first. `*.` stands for one label, `''` for every other host. */
  readonly hosts: ReadonlyMap<string, readonly Route[]>
  readonly certificates: ReadonlyMap<string, Certificate>
  readonly ingresses: readonly Stored<Ingress>[]
  readonly problems: readonly Problem[]
}

export const emptyTable: RoutingTable = { hosts: new Map(), certificates: new Map(), ingresses: [], problems: [] }

type Moment = Pick<Cut, 'get' | 'list' | 'labelled'>

/** Each request of a host is compared with all of its paths, in the loop that all hosts share. */
const mostRoutes = 4_096

/** What the Ingresses of a moment want served. */
export const routingTable = (cut: Moment): RoutingTable => {
  const ingresses = ownIngresses(cut)
  const ownerOf = ownersOf(ingresses)
  const routes = new Map<string, Map<string, Route>>()
  const certificates = new Map<string, Certificate>()
  const problems: Problem[] = []
  const findBackend = backends(cut)
  for (const ingress of ingresses) {
    const { namespace = '' } = ingress.metadata
    const tell = (reason: Problem['reason'], message: string): void => void problems.push({ ingress, reason, message })
    const mine = (host: string): boolean => ownerOf(host) === namespace
    for (const host of ingressHosts(ingress).filter(one => !mine(one)))
      tell('HostTaken', `${told(host)} belongs to another namespace, which named it before`)
    for (const { host, ...route } of routesIn(findBackend, ingress, tell)) {
      if (!mine(host)) continue
      const there = routes.get(host) ?? new Map<string, Route>()
      routes.set(host, there)
      const key = `${route.exact ? '=' : '^'}${route.path}`
      if (!there.has(key) && there.size < mostRoutes) there.set(key, route)
      else if (!there.has(key))
        tell('TooManyPaths', `${told(host)} has ${mostRoutes} paths, which are all that it may have`)
      else if (route.path !== '') tell('PathTaken', `${route.path} of ${told(host)} is led elsewhere by an older rule`)
    }
    for (const [host, certificate] of certificatesIn(cut, ingress, tell))
      if (mine(host) && !certificates.has(host)) certificates.set(host, certificate)
  }
  return {
    hosts: new Map([...routes].map(([host, some]) => [host, inOrder([...some.values()])])),
    certificates,
    ingresses,
    problems,
  }
}

const told = (host: string): string => (host === '' ? 'every host that no rule names' : `host "${host}"`)

/** Longest first, and of two alike the exact one. */
const inOrder = (routes: readonly Route[]): readonly Route[] =>
  routes.toSorted((one, other) => other.path.length - one.path.length || Number(other.exact) - Number(one.exact))

type Tell = (reason: Problem['reason'], message: string) => void

type FindBackend = (namespace: string, wanted: Parameters<typeof backendOf>[2]) => ReturnType<typeof backendOf>

/** Each is looked up once a moment, however many paths lead there. */
const backends = (cut: Moment): FindBackend => {
  const known = new Map<string, ReturnType<FindBackend>>()
  return (namespace, wanted) => {
    const key = JSON.stringify([namespace, wanted])
    const found = known.get(key) ?? backendOf(cut, namespace, wanted)
    known.set(key, found)
    return found
  }
}

const routesIn = (
  findBackend: FindBackend,
  { metadata, spec }: Stored<Ingress>,
  tell: Tell,
): readonly (Route & { host: string })[] => {
  const { namespace = '' } = metadata
  const backend = (wanted: Parameters<typeof backendOf>[2]): Backend | undefined => {
    const found = findBackend(namespace, wanted)
    if (E.isRight(found)) return found.right
    tell('NoBackend', found.left)
    return undefined
  }
  const rules = (spec?.rules ?? []).flatMap(({ host = '', http }) =>
    (http?.paths ?? []).map(({ path = '', pathType, backend: wanted }) => {
      const exact = pathType === 'Exact'
      return { host, path: exact ? path : withoutEnd(path), exact, backend: backend(wanted) }
    }),
  )
  if (!spec?.defaultBackend) return rules
  const rest = { path: '', exact: false, backend: backend(spec.defaultBackend) }
  return [...rules, ...ingressHosts({ spec }).map(host => ({ host, ...rest }))]
}

/** `/a/` matches what `/a` does. */
const withoutEnd = (path: string): string => (path.endsWith('/') ? path.slice(0, -1) : path)

const certificatesIn = (
  cut: Moment,
  { metadata, spec }: Stored<Ingress>,
  tell: Tell,
): readonly (readonly [host: string, certificate: Certificate])[] =>
  (spec?.tls ?? []).flatMap(({ hosts = [], secretName }) => {
    if (!secretName) return []
    const secret = cut.get(Secret, metadata.namespace ?? '', secretName)
    const read = secret ? certificateIn(secret) : E.left('there is none')
    if (E.isLeft(read)) {
      tell('NoCertificate', `secret "${secretName}" has no certificate to show: ${read.left}`)
      return []
    }
    // One that names no hosts is for those of the rules.
    const shown = hosts.length > 0 ? hosts : ingressHosts({ spec: { rules: spec?.rules ?? [] } })
    return (shown.length > 0 ? shown : ['']).map(host => [host, read.right] as const)
  })
