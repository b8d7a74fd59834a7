import type { Service, ServicePort } from '@periplus/kinds'

/** The variables by which a container finds services: `<NAME>_SERVICE_HOST`, and Docker's link variables. */
export const serviceEnv = (services: readonly Service[]): ReadonlyMap<string, string> =>
  new Map(
    services
      .filter(({ spec }) => spec?.clusterIP && spec.clusterIP !== 'None' && (spec.ports ?? []).length > 0)
      .flatMap(variablesOf),
  )

/** The services that a pod is told about: those of its namespace if it wants them, and always the API server's. */
export const visibleServices = (
  all: readonly Service[],
  namespace: string,
  enableServiceLinks: boolean,
): readonly Service[] =>
  all
    .filter(({ metadata }) =>
      metadata?.namespace === 'default' && metadata.name === 'kubernetes'
        ? true
        : enableServiceLinks && metadata?.namespace === namespace,
    )
    .filter(
      ({ metadata }, _, shown) =>
        // A service named `kubernetes` of the pod's own namespace hides the API server's.
        !(
          metadata?.name === 'kubernetes' &&
          metadata.namespace === 'default' &&
          namespace !== 'default' &&
          shown.some(other => other.metadata?.name === 'kubernetes' && other.metadata.namespace === namespace)
        ),
    )

const variablesOf = (service: Service): readonly [string, string][] => {
  const name = variableName(service.metadata?.name ?? '')
  const host = service.spec?.clusterIP ?? ''
  const ports = service.spec?.ports ?? []
  const [first] = ports
  return [
    [`${name}_SERVICE_HOST`, host],
    [`${name}_SERVICE_PORT`, String(first?.port)],
    ...ports
      .filter(port => port.name)
      .map((port): [string, string] => [`${name}_SERVICE_PORT_${variableName(port.name ?? '')}`, String(port.port)]),
    ...ports.flatMap((port, index) => linkVariables(name, host, port, index === 0)),
  ]
}

const linkVariables = (name: string, host: string, port: ServicePort, first: boolean): readonly [string, string][] => {
  const protocol = port.protocol ?? 'TCP'
  const url = `${protocol.toLowerCase()}://${host.includes(':') ? `[${host}]` : host}:${port.port}`
  const prefix = `${name}_PORT_${port.port}_${protocol.toUpperCase()}`
  return [
    ...(first ? [[`${name}_PORT`, url] as [string, string]] : []),
    [prefix, url],
    [`${prefix}_PROTO`, protocol.toLowerCase()],
    [`${prefix}_PORT`, String(port.port)],
    [`${prefix}_ADDR`, host],
  ]
}

const variableName = (name: string): string => name.toUpperCase().replaceAll('-', '_')
