import assert from 'node:assert/strict'
import fc from 'fast-check'
import { applyDefaults, applyJsonPatch } from '@periplus/api'
import { deciding } from '@periplus/controller'
import { EndpointSlice } from '@periplus/kinds'
import type { Endpoint, ServiceSpec } from '@periplus/kinds'
import { E } from '@periplus/prelude'
import { endpointSliceController } from '../src/index.ts'
import { node } from './objects.ts'
import { answering, endpoint, service, since, slice, sliceLabels } from './services.ts'

const nodeA = node('node-a', { metadata: { labels: { 'topology.kubernetes.io/zone': 'z1' } } })
const plain = node('node-a')
const given = deciding(endpointSliceController)
const creation = (object: object) => ({ verb: 'create' as const, kind: EndpointSlice, object })
const patch = (body: readonly object[]) => ({
  verb: 'patch' as const,
  kind: EndpointSlice,
  ref: { name: 'web-1' },
  patch: { type: 'json', body },
})
const update = (object: object) => ({ verb: 'update' as const, kind: EndpointSlice, object })

describe('the EndpointSlice controller', () => {
  it('makes a slice of the pods that a service selects', () => {
    given(service(), nodeA, answering('a', '10.0.0.1'), answering('b', '10.0.0.2', { labels: { app: 'other' } }))
      .when('default/web')
      .then(
        creation({
          metadata: {
            generateName: 'web-',
            namespace: 'default',
            labels: sliceLabels,
            annotations: { 'endpoints.kubernetes.io/last-change-trigger-time': since },
            ownerReferences: [{ apiVersion: 'v1', kind: 'Service', name: 'web', controller: true }],
          },
          addressType: 'IPv4',
          ports: [{ name: '', port: 8080, protocol: 'TCP' }],
          endpoints: [endpoint('a', '10.0.0.1', { zone: 'z1' })],
        }),
      )
  })

  it('writes nothing where the slices show what is there', () => {
    given(service(), plain, answering('a', '10.0.0.1'), slice('web-1', [endpoint('a', '10.0.0.1')]))
      .when('default/web')
      .then()
      .why('1 endpoints; the slices show them')
  })

  const conditions: readonly (readonly [string, object, ServiceSpec, Endpoint['conditions']])[] = [
    ['is not ready', { ready: false }, {}, { ready: false, serving: false, terminating: false }],
    ['is about to go', { deleting: true }, {}, { ready: false, serving: true, terminating: true }],
    [
      'is not ready, of a service that wants it so',
      { ready: false },
      { publishNotReadyAddresses: true },
      { ready: true, serving: false, terminating: false },
    ],
  ]
  for (const [what, traits, spec, expected] of conditions)
    it(`says of a pod that it ${what}`, () => {
      given(service(spec), plain, answering('a', '10.0.0.1', traits))
        .when('default/web')
        .then(creation({ endpoints: [{ conditions: expected }] }))
    })

  it('leaves out what has ended, has no address, or is on a node that is not there', () => {
    given(
      service(),
      plain,
      answering('a', '10.0.0.1', { phase: 'Succeeded' }),
      answering('b', ''),
      answering('c', '10.0.0.3', { node: 'gone' }),
    )
      .when('default/web')
      .then(creation({ endpoints: [], ports: [] }))
      .why(/pod c is left out: its node is not there/)
  })

  it('keeps a slice without endpoints where nothing answers, and only one', () => {
    given(service(), plain, slice('web-1', [], { ports: [] }))
      .when('default/web')
      .then()
    given(service(), plain, slice('web-1', [endpoint('a', '10.0.0.1')]))
      .when('default/web')
      .then(update({ metadata: { name: 'web-1' }, endpoints: [], ports: [] }))
  })

  it('puts pods that have a named port elsewhere into slices of their own, and follows names into sidecars', () => {
    const spec = { ports: [{ name: 'http', port: 80, protocol: 'TCP', targetPort: 'web' }] }
    const port = (containerPort: number) => [{ name: 'main', ports: [{ name: 'web', containerPort, protocol: 'TCP' }] }]
    const sidecar = port(9000).map(one => ({ ...one, name: 'side', restartPolicy: 'Always' }))
    given(
      service(spec),
      plain,
      answering('a', '10.0.0.1', {}, { containers: port(8080) }),
      answering('b', '10.0.0.2', {}, { containers: port(8081) }),
      answering('c', '10.0.0.3', {}, { containers: [{ name: 'main' }], initContainers: sidecar }),
      answering('d', '10.0.0.4', {}, { containers: [{ name: 'main' }] }),
    )
      .when('default/web')
      .then(
        creation({ ports: [{ name: 'http', port: 8080 }], endpoints: [{ addresses: ['10.0.0.1'] }] }),
        creation({ ports: [{ name: 'http', port: 8081 }], endpoints: [{ addresses: ['10.0.0.2'] }] }),
        creation({ ports: [{ name: 'http', port: 9000 }], endpoints: [{ addresses: ['10.0.0.3'] }] }),
        creation({ ports: [], endpoints: [{ addresses: ['10.0.0.4'] }] }),
      )
  })

  it('names pods below a headless service, which needs no ports', () => {
    const headless = { clusterIP: 'None', clusterIPs: ['None'], ports: [] }
    given(service(headless), plain, answering('a', '10.0.0.1', {}, { hostname: 'first', subdomain: 'web' }))
      .when('default/web')
      .then(
        creation({
          metadata: { labels: { ...sliceLabels, 'service.kubernetes.io/headless': '' } },
          ports: [],
          endpoints: [{ addresses: ['10.0.0.1'], hostname: 'first' }],
        }),
      )
  })

  it('hands on the service’s labels, but for those by which slices are found', () => {
    const own = { tier: 'front', 'kubernetes.io/service-name': 'liar' }
    given(service({}, { labels: own }), plain, answering('a', '10.0.0.1'), slice('web-1', [endpoint('a', '10.0.0.1')]))
      .when('default/web')
      .then(patch([{ op: 'replace', path: '/metadata/labels', value: { ...sliceLabels, tier: 'front' } }]))
  })

  const hints: readonly (readonly [string, Endpoint['hints']])[] = [
    ['PreferClose', { forZones: [{ name: 'z1' }] }],
    ['PreferSameZone', { forZones: [{ name: 'z1' }] }],
    ['PreferSameNode', { forZones: [{ name: 'z1' }], forNodes: [{ name: 'node-a' }] }],
  ]
  for (const [trafficDistribution, expected] of hints)
    it(`hints at whom an endpoint is for: ${trafficDistribution}`, () => {
      given(service({ trafficDistribution }), nodeA, answering('a', '10.0.0.1'))
        .when('default/web')
        .then(creation({ endpoints: [{ zone: 'z1', hints: expected }] }))
    })

  it('leaves slices of an older service of that name to go, and takes none of them for its own', () => {
    const older = [{ apiVersion: 'v1', kind: 'Service', name: 'web', uid: 'older' }]
    given(service(), plain, slice('web-1', [], { metadata: { name: 'web-1', ownerReferences: older }, ports: [] }))
      .when('default/web')
      .then(creation({ endpoints: [] }), { verb: 'delete', kind: EndpointSlice, ref: { name: 'web-1' } })
  })

  it('makes nothing for a service that is going or selects nothing, and leaves others’ slices alone', () => {
    const gone = { deletionTimestamp: since, finalizers: ['a/b'] }
    given(service({}, gone), plain, answering('a', '10.0.0.1')).when('default/web').then()
    for (const spec of [{ selector: {} }, { selector: undefined }, { type: 'ExternalName' }])
      given(service(spec as ServiceSpec), plain, answering('a', '10.0.0.1'))
        .when('default/web')
        .then()
        .why(/selects no pods/)
  })

  it('tells when the first of the changes happened that it shows', () => {
    const annotations = { 'endpoints.kubernetes.io/last-change-trigger-time': since, other: 'stays' }
    const time = Date.parse(since) + 60_000
    given(
      service(),
      plain,
      answering('a', '10.0.0.1', { readySince: time + 5000 }),
      answering('b', '10.0.0.2', { readySince: time }),
      answering('c', '10.0.0.3'),
      slice('web-1', [endpoint('c', '10.0.0.3')], { metadata: { name: 'web-1', annotations } }),
    )
      .when('default/web')
      .then(
        patch([
          {
            op: 'replace',
            path: '/metadata/annotations',
            value: {
              other: 'stays',
              'endpoints.kubernetes.io/last-change-trigger-time': new Date(time).toISOString().replace('.000', ''),
            },
          },
          { op: 'add', path: '/endpoints/-' },
          { op: 'add', path: '/endpoints/-' },
        ]),
      )
  })

  it('tells of slices that cannot be written, and not of those that somebody else wrote first', () => {
    const target = { group: 'discovery.k8s.io', resource: 'endpointslices', name: 'web-x' }
    const refused = (tag: 'Forbidden' | 'Conflict') =>
      ({ verb: 'create', resource: 'endpointslices', refusal: { tag, target, message: 'no' } }) as const
    const world = given(service(), plain, answering('a', '10.0.0.1'))
    world
      .when('default/web', { refused: refused('Forbidden') })
      .tells(/^FailedToUpdateEndpointSlices: Error updating Endpoint Slices for Service default\/web: failed to create/)
    world.when('default/web', { refused: refused('Conflict') }).tells()
  })
})

describe('packing endpoints into slices', () => {
  const pods = (numbers: readonly number[]) =>
    numbers.map(i => answering(`pod-${String(i).padStart(4, '0')}`, `10.0.${i >> 8}.${i & 255}`))
  /** The slices after the decision, as the write path would store them. */
  const after = (slices: readonly EndpointSlice[], numbers: readonly number[]) => {
    const world = given(service(), plain, ...pods(numbers), ...slices)
    const { commands } = world.when('default/web')
    const byName = new Map(slices.map(one => [one.metadata?.name ?? '', one]))
    let made = 0
    for (const command of commands) {
      if (command.verb === 'delete') byName.delete(command.ref.name)
      if (command.verb === 'create') byName.set(`new-${byName.size}-${made++}`, command.object as EndpointSlice)
      if (command.verb === 'update') byName.set(command.object.metadata?.name ?? '', command.object as EndpointSlice)
      if (command.verb === 'patch') {
        const { name } = command.ref
        const patched = applyJsonPatch(byName.get(name), command.patch.body as readonly unknown[])
        assert.ok(E.isRight(patched))
        byName.set(name, patched.right as EndpointSlice)
      }
    }
    const stored = [...byName].map(([name, one]) => {
      const { resourceVersion: _, ...metadata } = { ...one.metadata, name, uid: `uid-${name}` }
      return applyDefaults(EndpointSlice.schema, { ...one, metadata }) as EndpointSlice
    })
    const bytes = JSON.stringify(commands.map(({ kind: _, ...command }) => command)).length
    return { stored, writes: commands.length, bytes }
  }
  const shown = (slices: readonly EndpointSlice[]): readonly (string | undefined)[] =>
    slices.flatMap(({ endpoints = [] }) => endpoints.map(({ targetRef }) => targetRef?.name)).sort()
  const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i)

  it('fills slices of a hundred', () => {
    const { stored } = after([], range(0, 250))
    assert.deepEqual(
      stored.map(({ endpoints = [] }) => endpoints.length),
      [100, 100, 50],
    )
  })

  it('writes one slice where one of 5,000 pods came or went', () => {
    const { stored } = after([], range(0, 5000))
    const first = after(stored, range(1, 5000))
    assert.equal(first.writes, 1)
    assert.ok(first.bytes < 500, `${first.bytes} bytes in the record of what became of one of 5,000`)
    assert.equal(after(after(stored, range(1, 5000)).stored, range(1, 5001)).writes, 1)
  })

  it('shows exactly the endpoints, at most a hundred a slice, and writes nothing twice', () => {
    const numbers = fc.uniqueArray(fc.nat(450), { maxLength: 450 })
    fc.assert(
      fc.property(fc.array(numbers, { minLength: 1, maxLength: 5 }), rounds => {
        let slices: readonly EndpointSlice[] = []
        for (const round of rounds) {
          slices = after(slices, round).stored
          assert.deepEqual(
            shown(slices),
            pods([...round].sort((a, b) => a - b)).map(({ metadata }) => metadata?.name),
          )
          for (const { endpoints = [] } of slices) assert.ok(endpoints.length <= 100)
          if (round.length > 0) assert.ok(slices.every(({ endpoints = [] }) => endpoints.length > 0))
          else assert.equal(slices.length, 1)
          assert.equal(after(slices, round).writes, 0)
        }
      }),
      { numRuns: 30 },
    )
  })
})
