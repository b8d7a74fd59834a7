import { E } from '@periplus/prelude'
import type { Random } from '@periplus/prelude'
import { EndpointSlice, Service } from '@periplus/kinds'
import type { Cut } from '@periplus/projection'
import type { ResolveService } from './webhook-client.ts'

const routable: ReadonlySet<string> = new Set(['ClusterIP', 'NodePort', 'LoadBalancer'])

/**
 * Any ready endpoint of a service, of its first family before others: as kube-apiserver with `--enable-aggregator-routing`, so that
 * it depends on nobody's packet filter on this machine.
 */
export const serviceResolver =
  (cut: Pick<Cut, 'get' | 'labelled'>, random: Random): ResolveService =>
  ({ namespace, name, port }) => {
    const service = cut.get(Service, namespace, name)
    if (!service) return E.left(`service ${JSON.stringify(name)} not found`)
    const { type = 'ClusterIP', ports = [], ipFamilies = [] } = service.spec ?? {}
    if (!routable.has(type)) return E.left(`unsupported service type ${JSON.stringify(type)}`)
    const wanted = ports.find(one => one.port === port)
    if (!wanted) return E.left(`no service port ${port} found for service ${JSON.stringify(name)}`)
    const slices = cut.labelled(EndpointSlice, namespace, { 'kubernetes.io/service-name': name })
    const found = slices.flatMap(({ addressType, endpoints = [], ports: at = [] }) => {
      const number = at.find(one => (one.name ?? '') === (wanted.name ?? ''))?.port
      const ready = endpoints.filter(({ conditions, addresses }) => conditions?.ready !== false && addresses.length > 0)
      return number === undefined
        ? []
        : ready.map(({ addresses }) => ({ addressType, host: addresses[0] ?? '', port: number }))
    })
    const preferred = found.filter(({ addressType }) => addressType === ipFamilies[0])
    const candidates = preferred.length > 0 ? preferred : found
    const one = candidates[Math.floor(random() * candidates.length)]
    return one
      ? E.right({ host: one.host, port: one.port })
      : E.left(`no endpoints available for service ${JSON.stringify(name)}`)
  }
