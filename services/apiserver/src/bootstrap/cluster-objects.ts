import { ConfigMap, EndpointSlice, Endpoints, Namespace, PriorityClass, Service, ServiceCIDR } from '@periplus/kinds'
import type { KubernetesObject } from '@periplus/api'
import type { WantedObject } from './ensure-objects.ts'
import { frontProxyName } from '../security/index.ts'
import type { FrontProxyOptions } from '../security/index.ts'
import { ingressClass } from './ingress-class.ts'
import { usualStorage } from './usual-storage.ts'

/** The namespaces that Kubernetes itself makes. */
export const initialNamespaces: readonly WantedObject[] = [
  'default',
  'kube-system',
  'kube-public',
  'kube-node-lease',
].map(name => ({ kind: Namespace, object: { apiVersion: 'v1', kind: 'Namespace', metadata: { name } } }))

const systemPriority = (name: string, value: number): WantedObject => ({
  kind: PriorityClass,
  object: {
    apiVersion: 'scheduling.k8s.io/v1',
    kind: 'PriorityClass',
    metadata: { name },
    value,
    description: 'For what the cluster or its nodes cannot do without.',
  } as KubernetesObject,
})

/** Whose certificates other servers believe, PEM: clients' own, and of those who say who asks. */
interface ApiAuthorities {
  readonly clients: string
  /** Of this server. */
  readonly frontProxy: string
  /** The operator's front proxies. */
  readonly others?: FrontProxyOptions
}

/** Where the API server is. */
export interface ApiPlace {
  /** Its address as a service. */
  readonly serviceIp: string
  /** Where services get their addresses, such as `10.96.0.0/16`. */
  readonly serviceCidr: string
  readonly port: number
  /** Where pods reach it, which is what the service leads to; absent: nowhere. */
  readonly address?: string
  /** Of the service, where it isn't 443. */
  readonly servicePort?: number
  /** Absent: nobody is told. */
  readonly authorities?: ApiAuthorities
  /** The cluster's DNS: its address as a service, and where a node answers for it; without an address: there. */
  readonly dns?: { readonly serviceIp: string; readonly address?: string; readonly port: number }
}

/** Without it no service gets an address, the API server's own included. */
export const serviceRange = (cidr: string): WantedObject => ({
  kind: ServiceCIDR,
  object: {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'ServiceCIDR',
    metadata: { name: 'kubernetes' },
    spec: { cidrs: [cidr] },
  } as KubernetesObject,
})

/** What stands in those namespaces, or beside them, from the first moment on. */
export const initialObjects = ({
  serviceIp,
  port,
  servicePort = 443,
  address,
  dns,
  authorities,
}: ApiPlace): readonly WantedObject[] => [
  ...(authorities ? [extensionAuthentication(authorities)] : []),
  systemPriority('system-node-critical', 2_000_001_000),
  systemPriority('system-cluster-critical', 2_000_000_000),
  usualStorage,
  ingressClass,
  ...serviceWith(
    'default',
    {
      metadata: { name: 'kubernetes', labels: { component: 'apiserver', provider: 'kubernetes' } },
      clusterIP: serviceIp,
      ports: [{ name: 'https', port: servicePort, protocol: 'TCP', targetPort: port }],
    },
    address,
  ),
  ...(dns === undefined
    ? []
    : serviceWith(
        'kube-system',
        {
          metadata: {
            name: 'kube-dns',
            labels: {
              'k8s-app': 'kube-dns',
              'kubernetes.io/cluster-service': 'true',
              'kubernetes.io/name': 'Periplus',
            },
          },
          clusterIP: dns.serviceIp,
          ports: [
            { name: 'dns', port: 53, protocol: 'UDP', targetPort: dns.port },
            { name: 'dns-tcp', port: 53, protocol: 'TCP', targetPort: dns.port },
          ],
        },
        dns.address,
      )),
]

const listed = (own: string, others: readonly string[] = []): string => JSON.stringify([...new Set([own, ...others])])

/**
 * What the servers of APIServices read to know who asks them, as Kubernetes keeps it for them: this server speaks for others, and so do the
 * operator's front proxies.
 */
const extensionAuthentication = ({ clients, frontProxy, others }: ApiAuthorities): WantedObject => ({
  kind: ConfigMap,
  // A cluster that began with a backup has authorities of its own.
  keepsData: true,
  object: {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'extension-apiserver-authentication', namespace: 'kube-system' },
    data: {
      'client-ca-file': clients,
      // None: any.
      'requestheader-allowed-names':
        others?.allowedNames.length === 0 ? '[]' : listed(frontProxyName, others?.allowedNames),
      'requestheader-client-ca-file': frontProxy + (others?.authorities ?? ''),
      'requestheader-extra-headers-prefix': listed('X-Remote-Extra-', others?.extraHeaderPrefixes),
      'requestheader-group-headers': listed('X-Remote-Group', others?.groupHeaders),
      'requestheader-uid-headers': listed('X-Remote-Uid', others?.uidHeaders),
      'requestheader-username-headers': listed('X-Remote-User', others?.usernameHeaders),
    },
  } as KubernetesObject,
})

interface FixedService {
  readonly metadata: { readonly name: string; readonly labels: Readonly<Record<string, string>> }
  readonly clusterIP: string
  readonly ports: readonly {
    readonly name: string
    readonly port: number
    readonly protocol: string
    readonly targetPort: number
  }[]
}

/** A service without a selector, and what it leads to, where that is anywhere. */
const serviceWith = (
  namespace: string,
  { metadata, clusterIP, ports }: FixedService,
  address: string | undefined,
): readonly WantedObject[] => [
  {
    kind: Service,
    object: {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { ...metadata, namespace },
      spec: {
        type: 'ClusterIP',
        clusterIP,
        clusterIPs: [clusterIP],
        ipFamilies: ['IPv4'],
        ipFamilyPolicy: 'SingleStack',
        sessionAffinity: 'None',
        ports,
      },
    } as KubernetesObject,
  },
  ...(address === undefined
    ? []
    : endpointsOf(
        namespace,
        metadata.name,
        address,
        ports.map(({ name, protocol, targetPort }) => ({ name, port: targetPort, protocol })),
      )),
]

const endpointsOf = (
  namespace: string,
  name: string,
  address: string,
  ports: readonly { readonly name: string; readonly port: number; readonly protocol: string }[],
): readonly WantedObject[] => [
  {
    kind: Endpoints,
    object: {
      apiVersion: 'v1',
      kind: 'Endpoints',
      metadata: {
        name,
        namespace,
        // Its slice is made here, too, so that nobody mirrors it.
        labels: { 'endpointslice.kubernetes.io/skip-mirror': 'true' },
      },
      subsets: [{ addresses: [{ ip: address }], ports }],
    } as KubernetesObject,
  },
  {
    kind: EndpointSlice,
    object: {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: {
        name,
        namespace,
        labels: { 'kubernetes.io/service-name': name },
      },
      addressType: 'IPv4',
      endpoints: [{ addresses: [address], conditions: { ready: true } }],
      ports,
    } as KubernetesObject,
  },
]
