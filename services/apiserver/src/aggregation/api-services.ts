import { APIService } from '@periplus/kinds'
import type { Stored } from '@periplus/api'
import type { Cut } from '@periplus/projection'

/** A version of a group that another server answers for. */
export interface AggregatedApi {
  readonly service: Stored<APIService>
  readonly group: string
  readonly version: string
  readonly backend: { readonly namespace: string; readonly name: string; readonly port: number }
  /** PEM; absent: whom this machine trusts. */
  readonly ca: string | undefined
  readonly insecure: boolean
  readonly isAvailable: boolean
}

/** By `<group>/<version>`. */
export type AggregatedApis = ReadonlyMap<string, AggregatedApi>

const defaultPort = 443

const apiOf = (service: Stored<APIService>): AggregatedApi | undefined => {
  const { group = '', version = '', service: backend, caBundle, insecureSkipTLSVerify = false } = service.spec ?? {}
  // The core group is this server's own.
  if (!backend || group === '') return undefined
  const { namespace = '', name = '', port = defaultPort } = backend
  return {
    service,
    group,
    version,
    backend: { namespace, name, port },
    ca: caBundle ? Buffer.from(caBundle, 'base64').toString() : undefined,
    insecure: insecureSkipTLSVerify,
    isAvailable:
      service.status?.conditions?.some(({ type, status }) => type === 'Available' && status === 'True') ?? false,
  }
}

const none: AggregatedApis = new Map()
const known = new WeakMap<readonly Stored<APIService>[], AggregatedApis>()

/** What other servers answer for in the state of a cut; remembered by the list, which is the same until one changes. */
export const aggregatedAt = (cut: Pick<Cut, 'list'>): AggregatedApis => {
  const services = cut.list(APIService)
  if (services.length === 0) return none
  const apis =
    known.get(services) ??
    new Map(
      services.flatMap(service => {
        const api = apiOf(service)
        return api ? [[`${api.group}/${api.version}`, api] as const] : []
      }),
    )
  known.set(services, apis)
  return apis
}
