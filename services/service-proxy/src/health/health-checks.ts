import type { Endpoint, EndpointSlice, Service } from '@periplus/kinds'
import { isAnothers, isPort } from '@periplus/kinds'

/** What a load balancer outside is told of a service at this node. */
export interface HealthCheck {
  readonly namespace: string
  readonly name: string
  /** Ready ones on this node. */
  readonly localEndpoints: number
}

const isReadyHere =
  (nodeName: string) =>
  (endpoint: Endpoint): boolean =>
    endpoint.nodeName === nodeName && endpoint.conditions?.ready !== false

/** By port: what this node answers to those who ask whether it has endpoints of a service that keeps clients' addresses. */
export const healthChecksOf = (
  services: readonly Service[],
  slices: readonly EndpointSlice[],
  nodeName: string,
): ReadonlyMap<number, HealthCheck> => {
  const checks = new Map<number, HealthCheck>()
  for (const service of services) {
    const { spec, metadata: { namespace = '', name = '' } = {} } = service
    const port = spec?.healthCheckNodePort
    const isAsked = spec?.type === 'LoadBalancer' && spec.externalTrafficPolicy === 'Local'
    if (!isAsked || !isPort(port) || isAnothers(service) || checks.has(port)) continue
    const own = slices.filter(
      ({ metadata }) => metadata?.namespace === namespace && metadata.labels?.['kubernetes.io/service-name'] === name,
    )
    const here = own.flatMap(({ endpoints = [] }) => endpoints).filter(isReadyHere(nodeName))
    const localEndpoints = new Set(here.map(({ addresses }) => addresses[0])).size
    checks.set(port, { namespace, name, localEndpoints })
  }
  return checks
}
