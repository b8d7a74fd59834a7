import { deciding } from '@periplus/controller'
import type { Stored } from '@periplus/api'
import { Service } from '@periplus/kinds'
import type { ServiceSpec } from '@periplus/kinds'
import { loadBalancerController } from '../src/index.ts'
import { service } from './services.ts'

const balanced = (name: string, ip?: string, spec: ServiceSpec = {}): Stored<Service> => ({
  ...service({ type: 'LoadBalancer', ...spec }, { name }),
  status: { loadBalancer: ip === undefined ? {} : { ingress: [{ ip }] } },
})

describe('the load balancer controller', () => {
  const given = deciding(loadBalancerController('192.0.2.0/30'))
  const gives = (ip: string) => ({
    verb: 'patch' as const,
    kind: Service,
    subresource: 'status',
    patch: { body: { status: { loadBalancer: { ingress: [{ ip, ipMode: 'VIP' }] } } } },
  })

  it('gives the first address of the pool that nobody has', () => {
    given(balanced('a')).when('default/a').then(gives('192.0.2.1')).tells('EnsuredLoadBalancer: Ensured load balancer')
    given(balanced('a'), balanced('b', '192.0.2.1')).when('default/a').then(gives('192.0.2.2'))
  })

  it('gives the address that is asked for, and leaves one that is had', () => {
    given(balanced('a', undefined, { loadBalancerIP: '192.0.2.2' }))
      .when('default/a')
      .then(gives('192.0.2.2'))
    given(balanced('a', '192.0.2.2')).when('default/a').then().why('it has 192.0.2.2')
  })

  it('tells that there is none left, or not the one that is asked for', () => {
    const full = [balanced('b', '192.0.2.1'), balanced('c', '192.0.2.2')]
    const told = (words: string) =>
      `SyncLoadBalancerFailed: Error syncing load balancer: failed to ensure load balancer: ${words}`
    given(balanced('a'), ...full)
      .when('default/a')
      .then()
      .tells(told('all of 192.0.2.0/30 is in use'))
    given(balanced('a', undefined, { loadBalancerIP: '198.51.100.1' }))
      .when('default/a')
      .then()
      .tells(told('198.51.100.1 is in use, or not of 192.0.2.0/30'))
  })

  it('leaves others’ classes and types alone, and all of them without a pool', () => {
    given(balanced('a', undefined, { loadBalancerClass: 'example.com/other' }))
      .when('default/a')
      .then()
    given(service()).when('default/web').then()
    deciding(loadBalancerController(undefined))(balanced('a'))
      .when('default/a')
      .then()
      .why(/no addresses for load balancers/)
  })
})
