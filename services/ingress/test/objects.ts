import type { KubernetesObject } from '@periplus/api'
import { selfSigned } from '@periplus/webhooks/contract'

const object = (apiVersion: string, kind: string, name: string, namespace: string | undefined, more: object) =>
  ({
    apiVersion,
    kind,
    ...more,
    metadata: { name, ...(namespace ? { namespace } : {}), ...metadataOf(more) },
  }) as KubernetesObject

const metadataOf = (more: object): object => ('metadata' in more ? (more.metadata as object) : {})

export const ourClass = object('networking.k8s.io/v1', 'IngressClass', 'periplus', undefined, {
  spec: { controller: 'periplus.io/ingress' },
})

export const toService = (name: string, number = 80) => ({ service: { name, port: { number } } })

type PathType = 'Exact' | 'Prefix' | 'ImplementationSpecific'

/** `host` and `[path, type, service]`s, the type being `Prefix` where there is none. */
export const rule = (
  host: string,
  ...paths: readonly (readonly [path: string, service: string, type?: PathType])[]
) => ({
  ...(host === '' ? {} : { host }),
  http: {
    paths: paths.map(([path, service, pathType = 'Prefix']) => ({ path, pathType, backend: toService(service) })),
  },
})

/** An Ingress of our class in a namespace, as old as the minute says. */
export const ingress = (place: string, minute: number, spec: object): KubernetesObject => {
  const [namespace = '', name = ''] = place.split('/')
  const creationTimestamp = `2026-01-01T00:${String(minute).padStart(2, '0')}:00Z`
  return object('networking.k8s.io/v1', 'Ingress', name, namespace, {
    metadata: { creationTimestamp, uid: place },
    spec: { ingressClassName: 'periplus', ...spec },
  })
}

/** A service with an endpoint at each of some addresses. */
export const service = (place: string, ...ips: readonly string[]): readonly KubernetesObject[] => {
  const [namespace = '', name = ''] = place.split('/')
  return [
    object('v1', 'Service', name, namespace, { spec: { ports: [{ name: 'http', port: 80, protocol: 'TCP' }] } }),
    object('discovery.k8s.io/v1', 'EndpointSlice', `${name}-1`, namespace, {
      metadata: { labels: { 'kubernetes.io/service-name': name } },
      addressType: 'IPv4',
      ports: [{ name: 'http', port: 8080, protocol: 'TCP' }],
      endpoints: ips.map(ip => ({ addresses: [ip], conditions: { ready: true } })),
    }),
  ]
}

export const secret = (place: string, data: Readonly<Record<string, string>>): KubernetesObject => {
  const [namespace = '', name = ''] = place.split('/')
  const encoded = Object.fromEntries(
    Object.entries(data).map(([key, text]) => [key, Buffer.from(text).toString('base64')]),
  )
  return object('v1', 'Secret', name, namespace, { type: 'kubernetes.io/tls', data: encoded })
}

/** A certificate that signs itself, and its key, as a Secret has them. */
export const certificate = async (
  host: string,
): Promise<{ readonly 'tls.crt': string; readonly 'tls.key': string }> => {
  const { cert, key } = await selfSigned([host])
  return { 'tls.crt': cert, 'tls.key': key }
}
