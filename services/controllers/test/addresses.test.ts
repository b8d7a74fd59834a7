import { formatTime } from '@periplus/api'
import type { Stored } from '@periplus/api'
import { ipAddressOf } from '@periplus/commands'
import { anHourLater, completed, deciding } from '@periplus/controller'
import { Endpoints, EndpointSlice, IPAddress, Service, ServiceCIDR } from '@periplus/kinds'
import { ipAddressController, kubernetesServiceController, serviceCidrController } from '../src/index.ts'
import { service } from './services.ts'

const finalizer = 'networking.k8s.io/service-cidr-finalizer'
const range = (name: string, cidrs: readonly string[], rest: object = {}): Stored<ServiceCIDR> =>
  completed(ServiceCIDR, {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'ServiceCIDR',
    metadata: { name, finalizers: [finalizer], ...rest },
    spec: { cidrs },
  } as ServiceCIDR) as Stored<ServiceCIDR>
const web = { namespace: 'default', name: 'web' }
const address = (ip: string, of = web, metadata: object = {}): Stored<IPAddress> => {
  const made = ipAddressOf(ip, of)
  return completed(IPAddress, { ...made, metadata: { ...made.metadata, ...metadata } }) as Stored<IPAddress>
}
const longAgo = { deletionTimestamp: formatTime(anHourLater - 60_000) }
const justNow = { deletionTimestamp: formatTime(anHourLater - 4_000) }

describe('the ServiceCIDR controller', () => {
  const given = deciding(serviceCidrController)
  const condition = (status: string, reason: string) => ({
    verb: 'patch' as const,
    kind: ServiceCIDR,
    subresource: 'status',
    patch: { body: { status: { conditions: [{ type: 'Ready', status, reason }] } } },
  })
  const finalizers = (left: readonly string[]) => ({
    verb: 'patch' as const,
    kind: ServiceCIDR,
    patch: { body: { metadata: { finalizers: left } } },
  })

  it('says that a range is ready, and holds it', () => {
    given(range('more', ['10.97.0.0/24'], { finalizers: undefined }))
      .when('more')
      .then(finalizers([finalizer]), condition('True', ''))
  })

  it('holds a range that is going for as long as an address is in use that no other range has', () => {
    const used = address('10.97.0.7')
    given(range('more', ['10.97.0.0/24'], longAgo), used)
      .when('more')
      .then(condition('False', 'Terminating'))
    given(range('more', ['10.97.0.0/24'], longAgo), range('wide', ['10.97.0.0/16']), used)
      .when('more')
      .then(finalizers([]))
    given(range('more', ['10.97.0.0/24'], longAgo), address('10.96.0.7'))
      .when('more')
      .then(finalizers([]))
  })

  it('lets a range go only when nobody can think any more that it stays', () => {
    given(range('more', ['10.97.0.0/24'], justNow))
      .when('more')
      .then()
      .requeuesAfter(6000)
  })
})

describe('the IPAddress controller', () => {
  const given = deciding(ipAddressController)
  const main = range('kubernetes', ['10.96.0.0/24'])
  const creation = { verb: 'create' as const, kind: IPAddress, object: { metadata: { name: '10.96.0.7' } } }
  const deletion = { verb: 'delete' as const, kind: IPAddress, ref: { name: '10.96.0.7' } }

  it('does nothing where service and address know each other', () => {
    given(main, service(), address('10.96.0.7')).when('default/web').then().tells()
    given(main, service(), address('10.96.0.7')).when('10.96.0.7').then().tells()
  })

  it('makes the address of a service that has none', () => {
    given(main, service())
      .when('default/web')
      .then(creation)
      .tells('ClusterIPNotAllocated: Cluster IP [IPv4]: 10.96.0.7 is not allocated; repairing')
  })

  it('makes an address again that names somebody who does not have it', () => {
    given(main, service(), address('10.96.0.7', { namespace: 'default', name: 'nobody' }))
      .when('default/web')
      .then(deletion, creation)
  })

  it('tells of two services that have one address, and of one outside all ranges', () => {
    const other = service({}, { name: 'other' })
    given(main, service(), other, address('10.96.0.7', { namespace: 'default', name: 'other' }))
      .when('default/web')
      .then()
      .tells(/^ClusterIPAlreadyAllocated: Cluster IP \[IPv4\]:10\.96\.0\.7 was assigned to multiple services/)
    given(service())
      .when('default/web')
      .then()
      .tells(/^ClusterIPOutOfRange: /)
  })

  it('deletes an address that no service has, but not one of yesterday’s second', () => {
    given(main, address('10.96.0.7')).when('10.96.0.7').then(deletion)
    const young = { creationTimestamp: formatTime(anHourLater - 1000) }
    given(main, address('10.96.0.7', web, young))
      .when('10.96.0.7')
      .then()
      .requeuesAfter(59_001)
    given(main, address('10.96.0.9'), service())
      .when('10.96.0.9')
      .tells(/^IPAddressWrongReference: /)
    given(main, address('10.96.0.7', web, { labels: {} }))
      .when('10.96.0.7')
      .then()
  })
})

describe('the controller of the API server’s service', () => {
  const controller = kubernetesServiceController({ serviceIp: '10.96.0.1', port: 6443, address: '10.244.0.1' })
  const ports = [{ name: 'https', port: 6443, protocol: 'TCP' }]
  const creations = [
    { verb: 'create' as const, kind: Service, object: { spec: { clusterIP: '10.96.0.1' } } },
    { verb: 'create' as const, kind: Endpoints, object: { subsets: [{ addresses: [{ ip: '10.244.0.1' }], ports }] } },
    { verb: 'create' as const, kind: EndpointSlice, object: { endpoints: [{ addresses: ['10.244.0.1'] }], ports } },
  ]

  it('makes the service and the endpoints that it leads to', () => {
    deciding(controller)()
      .when('default/kubernetes')
      .then(...creations)
  })

  it('puts right what somebody changed, and what the API server’s new place makes wrong', () => {
    const [made, endpoints, slice] = creations.map(({ kind, object }) => {
      const metadata = { name: 'kubernetes', namespace: 'default' }
      const apiVersion = kind === EndpointSlice ? 'discovery.k8s.io/v1' : 'v1'
      return completed(kind, Object.assign({ apiVersion, kind: kind.kind, metadata }, object))
    })
    deciding(controller)(made ?? {}, endpoints ?? {}, { ...slice, addressType: 'IPv4' } as EndpointSlice)
      .when('default/kubernetes')
      .then(
        {
          verb: 'update',
          kind: Endpoints,
          object: { metadata: { labels: { 'endpointslice.kubernetes.io/skip-mirror': 'true' } } },
        },
        { verb: 'update', kind: EndpointSlice, object: { endpoints: [{ conditions: { ready: true } }] } },
      )
  })

  it('makes no endpoints where pods do not reach the API server', () => {
    deciding(kubernetesServiceController({ serviceIp: '10.96.0.1', port: 6443, address: undefined }))()
      .when('default/kubernetes')
      .then({ verb: 'create', kind: Service })
  })
})
