import { EndpointSlice, Service } from '@periplus/kinds'
import type { APIServiceCondition } from '@periplus/kinds'
import type { Cut } from '@periplus/projection'
import type { AggregatedApi } from './api-services.ts'

/** Whether an API can be asked for, and why; `lastTransitionTime` is whoever writes it's. */
export type Availability = Pick<APIServiceCondition, 'status' | 'reason' | 'message'>

const not = (reason: string, message: string): Availability => ({ status: 'False', reason, message })

/** What the cut says against an API's being available; `undefined`: nothing, so that its server is to be asked. */
export const faultInCut = (
  { backend }: AggregatedApi,
  cut: Pick<Cut, 'get' | 'labelled'>,
): Availability | undefined => {
  const { namespace, name, port } = backend
  const about = `service/${name} in "${namespace}"`
  const service = cut.get(Service, namespace, name)
  if (!service) return not('ServiceNotFound', `${about} is not present`)
  if ((service.spec?.type ?? 'ClusterIP') !== 'ClusterIP') return undefined
  const wanted = service.spec?.ports?.find(one => one.port === port)
  if (!wanted) return not('ServicePortError', `${about} is not listening on port ${port}`)
  const slices = cut.labelled(EndpointSlice, namespace, { 'kubernetes.io/service-name': name })
  if (slices.length === 0) return not('EndpointsNotFound', `cannot find endpointslices for ${about}`)
  const portName = wanted.name ?? ''
  const isReady = slices.some(
    ({ endpoints = [], ports = [] }) =>
      endpoints.some(({ conditions }) => conditions?.ready !== false) &&
      ports.some(one => (one.name ?? '') === portName && one.port !== undefined),
  )
  return isReady
    ? undefined
    : not('MissingEndpoints', `endpointslices for ${about} have no addresses with port name "${portName}"`)
}

/** What its server's own answer says. */
export const passed: Availability = { status: 'True', reason: 'Passed', message: 'all checks passed' }

export const failedCheck = (url: string, why: string): Availability =>
  not('FailedDiscoveryCheck', `failing or missing response from ${url}: ${why}`)
