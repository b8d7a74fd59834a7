import type { ServicePort } from '../core/v1/service/schema.ts'
import type { Service } from '../core/v1/service/service.ts'
import type { EndpointSlice } from '../discovery.k8s.io/v1/endpoint-slice/endpoint-slice.ts'
import { isIpAddress } from '../validation/ip-address.ts'
import type { Endpoint } from '../discovery.k8s.io/v1/endpoint-slice/schema.ts'

/** Where packets may be sent. */
export interface Target {
  readonly ip: string
  readonly port: number
  /** On this node. */
  readonly local: boolean
}

/** Where those go that come for one port of a service. */
export interface Targets {
  /** From anywhere on this node, where the policy is `Cluster`. */
  readonly cluster: readonly Target[]
  /** Where the policy is `Local`. */
  readonly local: readonly Target[]
}

/** As seen from this node. */
export interface TargetPlace {
  readonly nodeName: string
  readonly zone: string | undefined
}

/**
 * The endpoints that one port's traffic goes to, as kube-proxy chooses them: the ready ones, of them those that hints give to this
 * node or zone where all have such hints, and where none is ready those that still serve while they terminate.
 */
export const targetsOf = (
  { protocol = 'TCP', name = '' }: ServicePort,
  slices: readonly EndpointSlice[],
  place: TargetPlace,
): Targets => {
  const found = slices
    .filter(({ addressType }) => addressType === 'IPv4')
    .flatMap(slice =>
      (slice.ports ?? [])
        .filter(port => (port.name ?? '') === name && (port.protocol ?? 'TCP') === protocol)
        .flatMap(({ port }) => (!isPort(port) ? [] : (slice.endpoints ?? []).map(endpoint => ({ port, endpoint })))),
    )
    .filter(({ endpoint }) => isIPv4(endpoint.addresses[0] ?? ''))
  const ready = found.filter(({ endpoint }) => isReady(endpoint))
  const leaving = found.filter(({ endpoint }) => servesWhileTerminating(endpoint))
  const here = ({ endpoint }: (typeof found)[number]): boolean => endpoint.nodeName === place.nodeName
  const targets = (some: typeof found): readonly Target[] =>
    unique(some.map(each => ({ ip: each.endpoint.addresses[0] ?? '', port: each.port, local: here(each) })))
  const readyHere = ready.filter(here)
  return {
    cluster: targets(ready.length > 0 ? closest(ready, place) : leaving),
    local: targets(readyHere.length > 0 ? readyHere : leaving.filter(here)),
  }
}

/** One that packets can go to. A packet filter takes no other: one in its rules would keep all of them from the kernel. */
export const isPort = (port: number | undefined): port is number =>
  Number.isInteger(port) && Number(port) > 0 && Number(port) < 65_536

const isReady = ({ conditions }: Endpoint): boolean => conditions?.ready !== false

const servesWhileTerminating = ({ conditions }: Endpoint): boolean =>
  conditions?.terminating === true && (conditions.serving ?? conditions.ready) !== false

type Hinted = { readonly endpoint: Endpoint; readonly port: number }

const closest = (ready: readonly Hinted[], { nodeName, zone }: TargetPlace): Hinted[] => {
  for (const [hints, own] of [
    [({ endpoint }: Hinted) => endpoint.hints?.forNodes ?? [], nodeName],
    [({ endpoint }: Hinted) => endpoint.hints?.forZones ?? [], zone],
  ] as const) {
    const ours = ready.filter(one => hints(one).some(hint => hint.name === own))
    if (ours.length > 0 && ready.every(one => hints(one).length > 0)) return ours
  }
  return [...ready]
}

const isIPv4 = (text: string): boolean => !text.includes(':') && isIpAddress(text)

/** By address, so that the order follows from what they are alone. */
const unique = (targets: readonly Target[]): readonly Target[] =>
  [...new Map(targets.map(target => [`${target.ip}:${target.port}`, target])).entries()]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, target]) => target)

const apartLabels = ['service.kubernetes.io/service-proxy-name', 'service.kubernetes.io/headless']

/** Whether a label of a service or slice gives it to another proxy, or to none. */
export const isAnothers = ({ metadata }: Service | EndpointSlice): boolean =>
  apartLabels.some(label => metadata?.labels?.[label] !== undefined)
