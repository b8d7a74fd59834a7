import { E } from '@periplus/prelude'
import type { Either, Random } from '@periplus/prelude'
import { badRequest, objectNotFound } from '@periplus/api'
import type { Refusal, Stored } from '@periplus/api'
import { EndpointSlice, Pod, Service } from '@periplus/kinds'
import type { Cut } from '@periplus/projection'

/** `[scheme:]name[:port]`, as the name in a proxied path is written. */
export interface ProxyName {
  readonly tls: boolean
  readonly name: string
  /** Number or name; empty where none is said. */
  readonly port: string
}

/** Kubernetes' words for what cannot be read so: `invalid pod request "a:b:c:d"`. */
export const parseProxyName = (id: string, what: string): Either<Refusal, ProxyName> => {
  const parts = id.split(':')
  const [scheme = '', name = '', port = ''] = parts.length === 3 ? parts : ['', ...parts]
  const valid = parts.length <= 3 && name !== '' && ['', 'http', 'https'].includes(scheme)
  return valid
    ? E.right({ tls: scheme === 'https', name, port })
    : E.left(badRequest(`invalid ${what} request ${JSON.stringify(id)}`))
}

/** A port of a pod, on a node, that a request is to be sent to. */
export interface PodPort {
  readonly pod: Stored<Pod>
  readonly port: number
}

const portsIn = ({ spec }: Pod) => (spec?.containers ?? []).flatMap(({ ports }) => ports ?? [])

const isPort = (port: number): boolean => Number.isInteger(port) && port > 0 && port < 65536

export const unavailable = (message: string): Refusal => ({
  tag: 'ServiceUnavailable',
  message,
  retryAfterSeconds: 1,
})

/** Where `pods/proxy` sends a request: the port that is named, else the pod's first, else the scheme's own. */
export const podPortOf = (cut: Cut, namespace: string, { tls, name, port }: ProxyName): Either<Refusal, PodPort> => {
  const pod = cut.get(Pod, namespace, name)
  if (!pod) return E.left(objectNotFound(Pod, name))
  if (!pod.status?.podIP && !pod.status?.podIPs?.length) return E.left(badRequest('address not allowed'))
  const named = /^\d+$/.test(port) ? Number(port) : portsIn(pod).find(one => one.name === port)?.containerPort
  const number = port === '' ? (portsIn(pod)[0]?.containerPort ?? (tls ? 443 : 80)) : named
  return number !== undefined && isPort(number)
    ? E.right({ pod, port: number })
    : E.left(
        unavailable(`error trying to reach service: no port ${JSON.stringify(port)} of pod ${JSON.stringify(name)}`),
      )
}

/** Where `services/proxy` sends a request: any ready pod behind the port that is named, or behind the one without a name. */
export const servicePortOf = (
  cut: Cut,
  namespace: string,
  { name, port }: ProxyName,
  random: Random,
): Either<Refusal, PodPort> => {
  const service = cut.get(Service, namespace, name)
  if (!service) return E.left(objectNotFound(Service, name))
  const numbered = /^\d+$/.test(port) ? service.spec?.ports?.find(one => one.port === Number(port)) : undefined
  if (/^\d+$/.test(port) && !numbered)
    return E.left(unavailable(`no service port ${port} found for service ${JSON.stringify(name)}`))
  const wanted = numbered ? (numbered.name ?? '') : port
  const found = cut
    .labelled(EndpointSlice, namespace, { 'kubernetes.io/service-name': name })
    .flatMap(({ endpoints = [], ports = [] }) => {
      const at = ports.find(one => (one.name ?? '') === wanted)?.port
      return at === undefined
        ? []
        : endpoints.filter(({ conditions }) => conditions?.ready !== false).map(one => ({ one, at }))
    })
  // Only where a pod is: an endpoint that somebody wrote by hand could lead anywhere in the node's network.
  const start = Math.floor(random() * found.length)
  for (let i = 0; i < found.length; i++) {
    const { one, at } = found[(start + i) % found.length] ?? {}
    const { kind, name: podName = '', namespace: podNamespace } = one?.targetRef ?? {}
    const pod = kind === 'Pod' && podNamespace === namespace ? cut.get(Pod, namespace, podName) : undefined
    const ips = pod?.status?.podIPs?.map(({ ip }) => ip) ?? []
    if (pod && at !== undefined && one?.addresses.some(address => ips.includes(address)))
      return E.right({ pod, port: at })
  }
  const told = found.length === 0 && port === '' ? name : port === '' ? name : `${name}:${port}`
  return E.left(unavailable(`no endpoints available for service ${JSON.stringify(told)}`))
}

/** The path after `/proxy`, as it was sent, and what stands before it; the query is not part of it. */
export const splitProxyPath = (path: string): { readonly prefix: string; readonly rest: string } => {
  const [, prefix = path, rest = ''] =
    /^(\/api\/v1\/(?:namespaces\/[^/]+\/)?(?:pods|services|nodes)\/[^/]+\/proxy)(.*)$/s.exec(path) ?? []
  return { prefix, rest }
}
