import { EndpointSlice, Service } from '@periplus/kinds'
import type { Cut } from '@periplus/projection'
import { recordsOrNone, noSuchName, ttl } from './found.ts'
import type { Found } from './found.ts'
import { endpointLabel } from './service-names.ts'

const suffix = '.in-addr.arpa'

/** `10.96.0.1` of `1.0.96.10.in-addr.arpa`. */
export const reversed = (name: string): string | undefined => {
  if (!name.endsWith(suffix)) return undefined
  const bytes = name.slice(0, -suffix.length).split('.').reverse()
  return bytes.length === 4 && bytes.every(byte => /^(0|[1-9]\d{0,2})$/.test(byte) && Number(byte) < 256)
    ? bytes.join('.')
    : undefined
}

/** The names of an address: of a service, or of an endpoint below its service. */
export const reverseNames = (cut: Cut, domain: string, asked: string, type: string, ip: string): Found => {
  const names = servicesByIp(cut.list(Service)).get(ip) ?? endpointsByIp(cut.list(EndpointSlice)).get(ip) ?? []
  if (names.length === 0) return noSuchName
  return type === 'PTR' || type === 'ANY'
    ? recordsOrNone(names.map(name => ({ type: 'PTR', name: asked, ttl, data: `${name}.svc.${domain}` })))
    : recordsOrNone([])
}

type Names = ReadonlyMap<string, readonly string[]>

const byIp = (pairs: Iterable<readonly [ip: string, name: string]>): Names => {
  const names = new Map<string, string[]>()
  for (const [ip, name] of pairs) {
    const known = names.get(ip)
    if (!known) names.set(ip, [name])
    else if (known.length < mostNames && !known.includes(name)) known.push(name)
  }
  return names
}

/** Of one address; who labels endpoints could make them endless. */
const mostNames = 16

/** Remembered by the list, which is the same for as long as nothing in it changes. */
const remembered = <A>(of: (list: readonly A[]) => Names): ((list: readonly A[]) => Names) => {
  const known = new WeakMap<readonly A[], Names>()
  return list => {
    const found = known.get(list) ?? of(list)
    known.set(list, found)
    return found
  }
}

const servicesByIp = remembered<Service>(services =>
  byIp(
    services.flatMap(({ metadata, spec }) =>
      (spec?.clusterIPs ?? []).map(ip => [ip, `${metadata?.name}.${metadata?.namespace}`] as const),
    ),
  ),
)

const endpointsByIp = remembered<EndpointSlice>(slices =>
  byIp(
    slices.flatMap(({ metadata, endpoints }) => {
      const service = metadata?.labels?.['kubernetes.io/service-name']
      if (service === undefined) return []
      return (endpoints ?? []).flatMap(({ addresses, hostname }) =>
        addresses.map(ip => [ip, `${endpointLabel(hostname, ip)}.${service}.${metadata?.namespace}`] as const),
      )
    }),
  ),
)
