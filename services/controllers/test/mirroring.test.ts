import { completed, deciding } from '@periplus/controller'
import type { Stored } from '@periplus/api'
import { Endpoints, EndpointSlice } from '@periplus/kinds'
import type { EndpointSubset } from '@periplus/kinds'
import { endpointSliceMirroringController } from '../src/index.ts'
import { service, slice } from './services.ts'

const given = deciding(endpointSliceMirroringController)
const labels = {
  'kubernetes.io/service-name': 'web',
  'endpointslice.kubernetes.io/managed-by': 'endpointslicemirroring-controller.k8s.io',
}
const endpoints = (subsets: readonly EndpointSubset[], metadata: object = {}): Stored<Endpoints> =>
  completed(Endpoints, {
    apiVersion: 'v1',
    kind: 'Endpoints',
    metadata: { name: 'web', namespace: 'default', ...metadata },
    subsets,
  } as Endpoints) as Stored<Endpoints>
const byHand = service({ selector: undefined as never })
const ports = [{ name: 'http', port: 80, protocol: 'TCP' }]
const owner = {
  apiVersion: 'v1',
  kind: 'Endpoints',
  name: 'web',
  uid: 'uid-endpoints-web',
  controller: true,
  blockOwnerDeletion: true,
}
const mirror = (ip: string) =>
  slice('web-1', [{ addresses: [ip], conditions: { ready: true } }], {
    metadata: { name: 'web-1', labels, ownerReferences: [owner] },
    ports,
  })

describe('the EndpointSlice mirroring controller', () => {
  it('shows Endpoints that somebody wrote in slices, one of each address type', () => {
    const notes = { 'endpoints.kubernetes.io/last-change-trigger-time': 'x', mine: 'yes' }
    const subset = {
      addresses: [{ ip: '10.0.0.1' }, { ip: 'fd00::1' }],
      notReadyAddresses: [{ ip: '10.0.0.2' }],
      ports,
    }
    given(byHand, endpoints([subset], { labels: { a: 'b' }, annotations: notes }))
      .when('default/web')
      .then(
        {
          verb: 'create',
          kind: EndpointSlice,
          object: {
            metadata: {
              generateName: 'web-',
              labels: { ...labels, a: 'b' },
              annotations: { mine: 'yes', 'endpoints.kubernetes.io/last-change-trigger-time': undefined },
              ownerReferences: [owner],
            },
            addressType: 'IPv4',
            ports,
            endpoints: [
              { addresses: ['10.0.0.1'], conditions: { ready: true } },
              { addresses: ['10.0.0.2'], conditions: { ready: false } },
            ],
          },
        },
        {
          verb: 'create',
          kind: EndpointSlice,
          object: { addressType: 'IPv6', endpoints: [{ addresses: ['fd00::1'] }] },
        },
      )
  })

  it('writes nothing where the slice shows it, changes what differs, and deletes what nobody says any more', () => {
    given(byHand, endpoints([{ addresses: [{ ip: '10.0.0.1' }], ports }]), mirror('10.0.0.1'))
      .when('default/web')
      .then()
    given(byHand, endpoints([{ addresses: [{ ip: '10.0.0.2' }], ports }]), mirror('10.0.0.1'))
      .when('default/web')
      .then({
        verb: 'patch',
        kind: EndpointSlice,
        ref: { name: 'web-1' },
        patch: {
          body: [
            { op: 'remove', path: '/endpoints/0' },
            { op: 'add', path: '/endpoints/-', value: { addresses: ['10.0.0.2'] } },
          ],
        },
      })
    given(byHand, mirror('10.0.0.1'))
      .when('default/web')
      .then({ verb: 'delete', kind: EndpointSlice, ref: { name: 'web-1' } })
  })

  const not: readonly (readonly [string, Stored<Endpoints>, boolean])[] = [
    ['are labelled so', endpoints([], { labels: { 'endpointslice.kubernetes.io/skip-mirror': 'true' } }), true],
    ['tell a leader', endpoints([], { annotations: { 'control-plane.alpha.kubernetes.io/leader': '' } }), true],
    ['have no service', endpoints([]), false],
  ]
  for (const [what, object, withService] of not)
    it(`does not mirror Endpoints that ${what}, and clears up what it had`, () => {
      given(...(withService ? [byHand] : []), object, mirror('10.0.0.1'))
        .when('default/web')
        .then({ verb: 'delete', kind: EndpointSlice })
    })

  it('leaves the Endpoints of a service with a selector to their own controller', () => {
    given(service(), endpoints([{ addresses: [{ ip: '10.0.0.1' }], ports }]), mirror('10.0.0.1'))
      .when('default/web')
      .then({ verb: 'delete', kind: EndpointSlice })
  })

  it('mirrors a thousand addresses of a subset, and tells of the rest', () => {
    const addresses = Array.from({ length: 1003 }, (_, i) => ({ ip: `10.1.${i >> 8}.${i & 255}` }))
    given(byHand, endpoints([{ addresses, ports }]))
      .when('default/web')
      .tells(
        'TooManyAddressesToMirror: A max of 1000 addresses can be mirrored to EndpointSlices per Endpoints subset. 3 addresses were skipped',
      )
  })
})
