import assert from 'node:assert/strict'
import fc from 'fast-check'
import { completed, deciding } from '@periplus/controller'
import type { Stored } from '@periplus/api'
import { Endpoints } from '@periplus/kinds'
import type { EndpointSubset } from '@periplus/kinds'
import { packedSubsets } from '../src/endpoints/subsets.ts'
import { endpointsController } from '../src/index.ts'
import { answering, service, since } from './services.ts'

const given = deciding(endpointsController)
const managed = { 'endpoints.kubernetes.io/managed-by': 'endpoint-controller' }
const address = (name: string, ip: string) => ({
  ip,
  nodeName: 'node-a',
  targetRef: { kind: 'Pod', namespace: 'default', name, uid: `uid-pod-${name}` },
})
const ports = [{ port: 8080, protocol: 'TCP' }]
const endpoints = (subsets: readonly EndpointSubset[], metadata: object = {}): Stored<Endpoints> =>
  completed(Endpoints, {
    apiVersion: 'v1',
    kind: 'Endpoints',
    metadata: { name: 'web', namespace: 'default', labels: managed, ...metadata },
    subsets,
  } as Endpoints) as Stored<Endpoints>

describe('the Endpoints controller', () => {
  it('makes Endpoints of the pods that a service selects, ready ones and others', () => {
    given(
      service(),
      answering('a', '10.0.0.1'),
      answering('b', '10.0.0.2', { ready: false }),
      answering('c', '10.0.0.3', { deleting: true }),
    )
      .when('default/web')
      .then({
        verb: 'create',
        kind: Endpoints,
        object: {
          metadata: {
            name: 'web',
            namespace: 'default',
            labels: managed,
            annotations: { 'endpoints.kubernetes.io/last-change-trigger-time': since },
          },
          subsets: [{ addresses: [address('a', '10.0.0.1')], notReadyAddresses: [address('b', '10.0.0.2')], ports }],
        },
      })
  })

  it('writes nothing where they are what they should be, in whatever order', () => {
    const subset = { addresses: [address('b', '10.0.0.2'), address('a', '10.0.0.1')], ports }
    given(service(), answering('a', '10.0.0.1'), answering('b', '10.0.0.2'), endpoints([subset]))
      .when('default/web')
      .then()
  })

  it('makes Endpoints without subsets where nothing answers', () => {
    given(service())
      .when('default/web')
      .then({ verb: 'create', kind: Endpoints, object: { metadata: { name: 'web' }, subsets: undefined } })
  })

  it('shows pods as ready where the service says so, names below a headless service, and no port where it has none', () => {
    const spec = { clusterIP: 'None', clusterIPs: ['None'], ports: [], publishNotReadyAddresses: true }
    given(service(spec), answering('a', '10.0.0.1', { ready: false }, { hostname: 'first', subdomain: 'web' }))
      .when('default/web')
      .then({
        verb: 'create',
        kind: Endpoints,
        object: {
          metadata: { labels: { ...managed, 'service.kubernetes.io/headless': '' } },
          subsets: [{ addresses: [{ ...address('a', '10.0.0.1'), hostname: 'first' }], ports: undefined }],
        },
      })
  })

  it('shows a thousand addresses at most, ready ones first, and says so', () => {
    const pods = Array.from({ length: 1100 }, (_, i) =>
      answering(`pod-${i}`, `10.1.${i >> 8}.${i & 255}`, { ready: i >= 200 }),
    )
    const { commands } = given(service(), ...pods).when('default/web')
    const [made] = commands
    assert.ok(made?.verb === 'create')
    const { metadata, subsets = [] } = made.object as Endpoints
    assert.equal(metadata?.annotations?.['endpoints.kubernetes.io/over-capacity'], 'truncated')
    assert.deepEqual(
      subsets.map(({ addresses, notReadyAddresses }) => [addresses?.length, notReadyAddresses?.length]),
      [[900, 100]],
    )
    // What was cut down is not written again, and its annotation goes with the pods that were too many.
    const stored = { ...(made.object as Stored<Endpoints>), metadata: { ...metadata, uid: 'u', resourceVersion: '1' } }
    given(service(), ...pods, stored as Stored<Endpoints>)
      .when('default/web')
      .then()
    given(service(), ...pods.slice(200), stored as Stored<Endpoints>)
      .when('default/web')
      .then({ verb: 'update', kind: Endpoints })
  })

  it('deletes them with their service, and leaves alone what is for others to say', () => {
    given(endpoints([]))
      .when('default/web')
      .then({ verb: 'delete', kind: Endpoints, ref: { name: 'web' } })
    given(service({ selector: {} }), endpoints([{ addresses: [{ ip: '1.2.3.4' }] }]))
      .when('default/web')
      .then()
  })

  it('begins with what it left behind, not with what others made without a service', () => {
    const { cut } = given(
      service({}, { name: 'has-one' }),
      endpoints([], { name: 'left' }),
      endpoints([], { name: 'others', labels: {} }),
    )
    assert.deepEqual(
      endpointsController.startingKeys?.(cut).map(({ name }) => name),
      ['has-one', 'left'],
    )
  })
})

describe('the packed form of subsets', () => {
  const plain = { noNullPrototype: true }
  const one = fc.record({ ip: fc.constantFrom('10.0.0.1', '10.0.0.2', '10.0.0.3') }, plain)
  const port = fc.record({ port: fc.constantFrom(1, 2, 3), protocol: fc.constantFrom('TCP', 'UDP') }, plain)
  const subset = fc.record({
    addresses: fc.array(one, { maxLength: 3 }),
    notReadyAddresses: fc.array(one, { maxLength: 3 }),
    ports: fc.array(port, { minLength: 1, maxLength: 3 }),
  })
  const pairs = (subsets: readonly EndpointSubset[]): ReadonlyMap<string, boolean> => {
    const found = new Map<string, boolean>()
    for (const { addresses = [], notReadyAddresses = [], ports: at = [] } of subsets)
      for (const where of at) {
        const key = (ip: string) => `${ip} ${where.protocol ?? ''} ${where.port}`
        for (const { ip } of addresses) found.set(key(ip), found.get(key(ip)) ?? true)
        for (const { ip } of notReadyAddresses) found.set(key(ip), false)
      }
    return new Map([...found].sort(([a], [b]) => (a < b ? -1 : 1)))
  }

  it('says the same, once, whatever the order, and packing it again changes nothing', () => {
    fc.assert(
      fc.property(fc.array(subset, { maxLength: 5 }), subsets => {
        const packed = packedSubsets(subsets)
        assert.deepEqual(pairs(packed), pairs(subsets))
        assert.deepEqual(packedSubsets([...subsets].reverse()), packed)
        assert.deepEqual(packedSubsets(packed), packed)
      }),
    )
  })
})
