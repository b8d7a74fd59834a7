import { deepEqual } from '@periplus/api'
import type { Kind, KubernetesObject, Stored } from '@periplus/api'
import type { Command } from '@periplus/commands'
import type { Controller, Key, Watch } from '@periplus/controller'
import { Endpoints, EndpointSlice, Service } from '@periplus/kinds'
import type { Cut } from '@periplus/projection'

const name = 'kubernetes'
const namespace = 'default'
const theKey: Key = { namespace, name }

/** Where the API server is, as pods know it. */
export interface ApiServerPlace {
  /** Its address as a service. */
  readonly serviceIp: string
  readonly port: number
  /** Where connections to the service lead; `undefined`: pods do not reach it. */
  readonly address: string | undefined
}

type Inputs = NonNullable<Controller['inputs']>

interface Wanted {
  readonly kind: Kind
  readonly object: KubernetesObject
}

const serviceOf = ({ serviceIp = '', port = '' }: Inputs): Wanted => ({
  kind: Service,
  object: {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace, labels: { component: 'apiserver', provider: 'kubernetes' } },
    spec: {
      type: 'ClusterIP',
      clusterIP: serviceIp,
      clusterIPs: [serviceIp],
      ipFamilies: [serviceIp.includes(':') ? 'IPv6' : 'IPv4'],
      ipFamilyPolicy: 'SingleStack',
      sessionAffinity: 'None',
      ports: [{ name: 'https', port: 443, protocol: 'TCP', targetPort: Number(port) }],
    },
  } as KubernetesObject,
})

const endpointsOf = ({ address = '', port = '' }: Inputs): readonly Wanted[] =>
  address === ''
    ? []
    : [
        {
          kind: Endpoints,
          object: {
            apiVersion: 'v1',
            kind: 'Endpoints',
            // Its slice is made here, too, so that nobody mirrors it.
            metadata: { name, namespace, labels: { 'endpointslice.kubernetes.io/skip-mirror': 'true' } },
            subsets: [
              { addresses: [{ ip: address }], ports: [{ name: 'https', port: Number(port), protocol: 'TCP' }] },
            ],
          } as KubernetesObject,
        },
        {
          kind: EndpointSlice,
          object: {
            apiVersion: 'discovery.k8s.io/v1',
            kind: 'EndpointSlice',
            metadata: { name, namespace, labels: { 'kubernetes.io/service-name': name } },
            addressType: address.includes(':') ? 'IPv6' : 'IPv4',
            endpoints: [{ addresses: [address], conditions: { ready: true } }],
            ports: [{ name: 'https', port: Number(port), protocol: 'TCP' }],
          } as KubernetesObject,
        },
      ]

/** What the object says besides its name and what others may have noted on it. */
const contentOf = ({ apiVersion: _, kind: __, metadata: ___, ...content }: KubernetesObject): object => content

const putRight = (cut: Cut, { kind, object }: Wanted): readonly Command[] => {
  const present = cut.get(kind, namespace, name)
  if (!present) return [{ verb: 'create', kind, object }]
  if (kind === Service || isAs(present, object)) return []
  const labels = { ...present.metadata.labels, ...object.metadata?.labels }
  const metadata = { ...present.metadata, labels }
  return [{ verb: 'update', kind, object: Object.assign({}, object, { metadata }) }]
}

const isAs = (present: Stored<KubernetesObject>, object: KubernetesObject): boolean =>
  deepEqual(contentOf(present), contentOf(object)) &&
  Object.entries(object.metadata?.labels ?? {}).every(([key, value]) => present.metadata.labels?.[key] === value)

const named = (kind: Kind): Watch => ({
  kind,
  keys: ({ change: { event } }) => (event.ref.namespace === namespace && event.ref.name === name ? [theKey] : []),
})

/**
 * Keeps the service by which pods find the API server, and the endpoints that it leads to: one that is deleted or changed is put
 * right. Where the API server is, is no object of the log, so it is an input that each decision records.
 */
export const kubernetesServiceController = ({ serviceIp, port, address }: ApiServerPlace): Controller => ({
  name: 'kubernetesservice',
  version: 1,
  inputs: { serviceIp, port: String(port), address: address ?? '' },
  primary: Service,
  wakesItself: ({ change: { event } }) => event.ref.namespace === namespace && event.ref.name === name,
  startingKeys: () => [theKey],
  watches: [named(Endpoints), named(EndpointSlice)],
  decide: (cut, _, { inputs = {} }) => {
    const commands = [serviceOf(inputs), ...endpointsOf(inputs)].flatMap(wanted => putRight(cut, wanted))
    return {
      commands,
      why:
        commands.length > 0
          ? 'the API server’s service is not as it should be'
          : endpointsOf(inputs).length > 0
            ? 'the service leads to the API server'
            : 'the service is there; pods of this cluster do not reach the API server',
    }
  },
})
