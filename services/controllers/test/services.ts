import type { Stored } from '@periplus/api'
import { completed, startOfTime } from '@periplus/controller'
import { formatTime } from '@periplus/api'
import { EndpointSlice, Service } from '@periplus/kinds'
import type { Endpoint, Pod, ServiceSpec } from '@periplus/kinds'
import { pod } from './objects.ts'
import type { PodTraits } from './objects.ts'

/** Services and what answers for them, as the tests of their controllers are given them. */

export const labels = { app: 'web' }

export const service = (spec: ServiceSpec = {}, meta: object = {}): Stored<Service> =>
  completed(Service, {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'web', namespace: 'default', ...meta },
    spec: {
      type: 'ClusterIP',
      clusterIP: '10.96.0.7',
      clusterIPs: ['10.96.0.7'],
      ipFamilies: ['IPv4'],
      selector: labels,
      ports: [{ port: 80, protocol: 'TCP', targetPort: 8080 }],
      ...spec,
    },
  } as Service) as Stored<Service>

/** A pod with an address, on node-a. */
export const answering = (
  name: string,
  ip: string,
  traits: PodTraits = {},
  spec: Partial<NonNullable<Pod['spec']>> = {},
): Pod => {
  const made = pod(name, undefined, { labels, node: 'node-a', ...traits })
  return {
    ...made,
    spec: { containers: [], ...made.spec, ...spec },
    status: { ...made.status, ...(ip ? { podIP: ip, podIPs: [{ ip }] } : {}) },
  }
}

export const sliceLabels = {
  'kubernetes.io/service-name': 'web',
  'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io',
}

export const slice = (
  name: string,
  endpoints: readonly Endpoint[],
  rest: Partial<EndpointSlice> = {},
): Stored<EndpointSlice> =>
  completed(EndpointSlice, {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    addressType: 'IPv4',
    ports: [{ name: '', port: 8080, protocol: 'TCP' }],
    ...rest,
    metadata: {
      name,
      namespace: 'default',
      labels: sliceLabels,
      ownerReferences: [
        {
          apiVersion: 'v1',
          kind: 'Service',
          name: 'web',
          uid: 'uid-service-web',
          controller: true,
          blockOwnerDeletion: true,
        },
      ],
      ...rest.metadata,
    },
    endpoints,
  } as EndpointSlice) as Stored<EndpointSlice>

export const endpoint = (name: string, ip: string, rest: Partial<Endpoint> = {}): Endpoint => ({
  addresses: [ip],
  conditions: { ready: true, serving: true, terminating: false },
  nodeName: 'node-a',
  targetRef: { kind: 'Pod', namespace: 'default', name, uid: `uid-pod-${name}` },
  ...rest,
})

/** An hour before the decision. */
export const since = formatTime(startOfTime)
