import { isIPv4 } from 'node:net'
import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import { EndpointSlice, Service, targetsOf } from '@periplus/kinds'
import type { Ingress, Target } from '@periplus/kinds'
import type { Cut } from '@periplus/projection'

type IngressBackend = NonNullable<NonNullable<Ingress['spec']>['defaultBackend']>

/** Where requests go. */
export interface Backend {
  /** `namespace/service:port`. */
  readonly name: string
  /** Endpoints that take new requests now; none: nobody can answer. */
  readonly targets: readonly Target[]
}

/** Endpoints of this machine's own would be what listens for the control plane alone, and link-local ones a cloud's secrets. */
const isClosed = ({ ip }: Target): boolean => !isIPv4(ip) || /^(127|0|169\.254|22[4-9]|23\d|24\d|25\d)\./.test(ip)

/** No topology: whoever comes from outside is as near to all of them. */
const nowhere = { nodeName: '', zone: undefined }

/**
 * What a back end of an Ingress stands for: the endpoints of a port of a service in its own namespace, without the service's address
 * in between, so that one that fails can be passed over. Left: why it stands for nothing.
 */
export const backendOf = (
  cut: Pick<Cut, 'get' | 'labelled'>,
  namespace: string,
  wanted: IngressBackend,
): Either<string, Backend> => {
  const { service: named, resource } = wanted
  if (!named) return E.left(`a back end that is a ${resource?.kind ?? 'resource'} is not supported: only services are`)
  const service = cut.get(Service, namespace, named.name)
  if (!service) return E.left(`there is no service "${named.name}"`)
  if (service.spec?.type === 'ExternalName')
    return E.left(`service "${named.name}" is a name for another host, to which nothing is passed on`)
  const { name: portName, number } = named.port ?? {}
  const port = service.spec?.ports?.find(one => (portName ? one.name === portName : one.port === number))
  if (!port) return E.left(`service "${named.name}" has no port ${portName ? `"${portName}"` : String(number)}`)
  if ((port.protocol ?? 'TCP') !== 'TCP') return E.left(`port ${port.port} of service "${named.name}" is not TCP`)
  const slices = cut.labelled(EndpointSlice, namespace, { 'kubernetes.io/service-name': named.name })
  const { cluster } = targetsOf(port, slices, nowhere)
  return E.right({
    name: `${namespace}/${named.name}:${port.port}`,
    targets: cluster.filter(target => !isClosed(target)),
  })
}
