import assert from 'node:assert/strict'
import fc from 'fast-check'
import { E } from '@periplus/prelude'
import type { Refusal, Stored } from '@periplus/api'
import { statusOf } from '@periplus/api'
import { IPAddress, Service, ServiceCIDR } from '@periplus/kinds'
import type { ServiceSpec } from '@periplus/kinds'
import { memoryEventLog } from '@periplus/log'
import { serviceAllocation } from '../src/allocation/service-allocation.ts'
import type { Outcome } from '../src/index.ts'
import { object, ok, refOf, refusal, world } from './world.ts'
import type { World } from './world.ts'

const allocation = serviceAllocation({ least: 30000, most: 30099 })

const clusterOf = async (...cidrs: readonly string[]): Promise<World> => {
  const cluster = world({ admission: [allocation] })
  if (cidrs.length > 0) ok(await cluster.run(rangeOf('kubernetes', cidrs)))
  cluster.catchUp()
  return cluster
}

const rangeOf = (name: string, cidrs: readonly string[]) => ({
  verb: 'create' as const,
  kind: ServiceCIDR,
  object: object({ metadata: { name }, spec: { cidrs } }),
})

const ports = [{ port: 80, protocol: 'TCP' }]

const creation = (name: string, spec: ServiceSpec = {}) => ({
  verb: 'create' as const,
  kind: Service,
  object: object({ metadata: { name, namespace: 'default' }, spec: { ports, ...spec } }),
})

const serviceOf = ({ object: made }: Outcome): Stored<Service> => made as Stored<Service>

const create = async (cluster: World, name: string, spec: ServiceSpec = {}): Promise<Stored<Service>> =>
  serviceOf(ok(await cluster.run(creation(name, spec))))

const patch = (name: string, body: object) => ({
  verb: 'patch' as const,
  kind: Service,
  ref: refOf('', 'services', 'default', name),
  patch: { type: 'merge' as const, body },
})

const change = async (cluster: World, name: string, spec: object): Promise<Stored<Service>> =>
  serviceOf(ok(await cluster.run(patch(name, { spec }))))

const remove = (cluster: World, name: string) =>
  cluster.run({ verb: 'delete', kind: Service, ref: refOf('', 'services', 'default', name), options: {} })

const wordsOf = (why: Refusal): string => statusOf(why).message ?? ''

const refusedTo = async (cluster: World, name: string, spec: ServiceSpec): Promise<string> =>
  wordsOf(refusal(await cluster.run(creation(name, spec))))

const addresses = (cluster: World): readonly string[] => {
  cluster.catchUp()
  return cluster.cut.list(IPAddress).map(({ metadata }) => metadata.name)
}

const claimedPorts = (cluster: World): readonly string[] => {
  cluster.catchUp()
  return cluster.cut.entries('', 'rangeallocations').map(({ ref }) => ref.name)
}

describe('the addresses of services', () => {
  it('come with the service, and say whose they are, in one write', async () => {
    const cluster = await clusterOf('10.96.0.0/24')
    const { spec } = await create(cluster, 'web')
    const ip = spec?.clusterIP ?? ''
    assert.match(ip, /^10\.96\.0\.\d+$/)
    assert.deepEqual(spec?.clusterIPs, [ip])
    assert.deepEqual([spec?.ipFamilies, spec?.ipFamilyPolicy], [['IPv4'], 'SingleStack'])
    assert.deepEqual(addresses(cluster), [ip])
    const [claim] = cluster.cut.list(IPAddress)
    assert.deepEqual(claim?.spec, { parentRef: { resource: 'services', namespace: 'default', name: 'web' } })
    assert.deepEqual(claim?.metadata.labels, {
      'ipaddress.kubernetes.io/ip-family': 'IPv4',
      'ipaddress.kubernetes.io/managed-by': 'ipallocator.k8s.io',
    })
    assert.equal((await cluster.log.last(refOf('', 'services', 'default', 'web'))).toString() !== '', true)
  })

  it('go with the service, and can be had again', async () => {
    const cluster = await clusterOf('10.96.0.0/24')
    await create(cluster, 'web', { clusterIP: '10.96.0.7' })
    ok(await remove(cluster, 'web'))
    assert.deepEqual(addresses(cluster), [])
    await create(cluster, 'other', { clusterIP: '10.96.0.7' })
  })

  it('go only when the last finalizer does, whoever takes that away', async () => {
    const cluster = await clusterOf('10.96.0.0/24')
    await create(cluster, 'web', { clusterIP: '10.96.0.7', type: 'NodePort', ports: [{ port: 80, nodePort: 30080 }] })
    ok(await cluster.run(patch('web', { metadata: { finalizers: ['example.com/held'] } })))
    ok(await remove(cluster, 'web'))
    assert.deepEqual(addresses(cluster), ['10.96.0.7'])
    ok(await cluster.run(patch('web', { metadata: { finalizers: null } })))
    assert.deepEqual([addresses(cluster), claimedPorts(cluster)], [[], []])
  })

  it('are refused where they are taken or not to be had, in Kubernetes’ words', async () => {
    const cluster = await clusterOf('10.96.0.0/24')
    await create(cluster, 'web', { clusterIP: '10.96.0.7' })
    const refused = (clusterIP: string) => refusedTo(cluster, 'other', { clusterIP })
    const begins = 'Service "other" is invalid: spec.clusterIPs: Invalid value: '
    assert.equal(
      await refused('10.96.0.7'),
      `${begins}["10.96.0.7"]: failed to allocate IP 10.96.0.7: provided IP is already allocated`,
    )
    assert.equal(
      await refused('10.97.0.7'),
      `${begins}["10.97.0.7"]: failed to allocate IP 10.97.0.7: the provided network does not match the current range`,
    )
    assert.equal(
      await refused('10.96.0.255'),
      `${begins}["10.96.0.255"]: failed to allocate IP 10.96.0.255: the provided IP (10.96.0.255) is not in the valid range. The range of valid IPs is 10.96.0.0/24`,
    )
    assert.match(await refused('nonsense'), /spec\.clusterIPs\[0\]: Invalid value: "nonsense": must be a valid IP/)
  })

  it('are none for headless services and for names', async () => {
    const cluster = await clusterOf('10.96.0.0/24')
    const headless = await create(cluster, 'headless', { clusterIP: 'None', selector: { a: 'b' } })
    assert.deepEqual([headless.spec?.clusterIPs, headless.spec?.ipFamilies], [['None'], ['IPv4']])
    const byHand = await create(cluster, 'by-hand', { clusterIP: 'None' })
    assert.deepEqual([byHand.spec?.ipFamilyPolicy, byHand.spec?.ipFamilies], ['RequireDualStack', ['IPv4', 'IPv6']])
    const { spec } = await create(cluster, 'name', { type: 'ExternalName', externalName: 'example.com' })
    assert.deepEqual([spec?.clusterIP, spec?.clusterIPs, spec?.ipFamilies], [undefined, undefined, undefined])
    assert.deepEqual(addresses(cluster), [])
  })

  it('come and go with the type', async () => {
    const cluster = await clusterOf('10.96.0.0/24')
    await create(cluster, 'web', { type: 'ExternalName', externalName: 'example.com' })
    const { spec } = await change(cluster, 'web', { type: 'ClusterIP', externalName: null })
    assert.deepEqual(addresses(cluster), spec?.clusterIPs)
    const named = await change(cluster, 'web', { type: 'ExternalName', externalName: 'example.com', clusterIP: null })
    assert.deepEqual(
      [named.spec?.clusterIP, named.spec?.clusterIPs, named.spec?.ipFamilies, named.spec?.ipFamilyPolicy],
      [undefined, undefined, undefined, undefined],
    )
    assert.deepEqual(addresses(cluster), [])
  })

  it('stay when a client leaves them out', async () => {
    const cluster = await clusterOf('10.96.0.0/24')
    const before = await create(cluster, 'web')
    const replaced = object({ metadata: { name: 'web', namespace: 'default' }, spec: { ports, selector: { a: 'b' } } })
    const after = serviceOf(ok(await cluster.run({ verb: 'update', kind: Service, object: replaced })))
    assert.equal(after.spec?.clusterIP, before.spec?.clusterIP)
    const moved = object({ ...replaced, spec: { ports, clusterIP: '10.96.0.9' } })
    const words = wordsOf(refusal(await cluster.run({ verb: 'update', kind: Service, object: moved })))
    assert.match(words, /spec\.clusterIPs\[0\]: Invalid value: .*may not change once set/)
  })

  it('of both families are had where the cluster has both, and refused where it must and cannot', async () => {
    const single = await clusterOf('10.96.0.0/24')
    assert.equal(
      await refusedTo(single, 'web', { ipFamilyPolicy: 'RequireDualStack' }),
      'Service "web" is invalid: spec.ipFamilyPolicy: Invalid value: "RequireDualStack": this cluster is not configured for dual-stack services',
    )
    assert.match(
      await refusedTo(single, 'web', { ipFamilies: ['IPv6'] }),
      /spec\.ipFamilies\[0\]: Invalid value: "IPv6": not configured on this cluster/,
    )
    const preferring = await create(single, 'web', { ipFamilyPolicy: 'PreferDualStack' })
    assert.deepEqual(preferring.spec?.ipFamilies, ['IPv4'])
    const dual = await clusterOf('10.96.0.0/24', 'fd00:96::/112')
    const both = await create(dual, 'web', { ipFamilyPolicy: 'RequireDualStack' })
    assert.equal(both.spec?.clusterIPs?.length, 2)
    assert.deepEqual(addresses(dual), [...(both.spec?.clusterIPs ?? [])].sort())
    const one = await change(dual, 'web', { ipFamilyPolicy: 'SingleStack' })
    assert.deepEqual(addresses(dual), one.spec?.clusterIPs)
  })

  it('are all had, the lowest last, and then there is none', async () => {
    const cluster = await clusterOf('10.96.0.0/27')
    const ips: string[] = []
    for (let i = 0; i < 30; i++) ips.push((await create(cluster, `web-${i}`)).spec?.clusterIP ?? '')
    assert.equal(new Set(ips).size, 30)
    const last = (ip: string): number => Number(ip.split('.')[3])
    assert.ok(ips.slice(0, 14).every(ip => last(ip) > 16))
    assert.match(await refusedTo(cluster, 'more', {}), /failed to allocate a serviceIP: range is full/)
    ok(await cluster.run(rangeOf('more', ['10.97.0.0/24'])))
    cluster.catchUp()
    assert.match((await create(cluster, 'more')).spec?.clusterIP ?? '', /^10\.97\.0\./)
  })

  it('are not given out of a range that is not ready', async () => {
    const cluster = await clusterOf('10.96.0.0/24')
    ok(await cluster.run(rangeOf('going', ['10.97.0.0/24'])))
    const status = {
      conditions: [
        { type: 'Ready', status: 'False', reason: 'a', message: '', lastTransitionTime: '2026-01-01T00:00:00Z' },
      ],
    }
    const ref = refOf('networking.k8s.io', 'servicecidrs', '', 'going')
    ok(
      await cluster.run({
        verb: 'patch',
        kind: ServiceCIDR,
        ref,
        subresource: 'status',
        patch: { type: 'merge', body: { status } },
      }),
    )
    cluster.catchUp()
    assert.match(await refusedTo(cluster, 'web', { clusterIP: '10.97.0.7' }), /does not match the current range/)
  })
})

describe('the ports of nodes', () => {
  const nodePorts = ({ spec }: Stored<Service>) => spec?.ports?.map(({ nodePort }) => nodePort)

  it('come with the type, are shared by protocols of one port, and go with the service', async () => {
    const cluster = await clusterOf('10.96.0.0/24')
    const two = [
      { name: 'a', port: 53, protocol: 'TCP' },
      { name: 'b', port: 53, protocol: 'UDP' },
      { name: 'c', port: 80, protocol: 'TCP', nodePort: 30080 },
    ]
    const made = await create(cluster, 'dns', { type: 'NodePort', ports: two })
    const [a, b, c] = nodePorts(made) ?? []
    assert.ok(a && a >= 30016 && a <= 30099)
    assert.deepEqual([b, c], [a, 30080])
    assert.deepEqual(claimedPorts(cluster), [`nodeport-${a}`, 'nodeport-30080'].sort())
    ok(await remove(cluster, 'dns'))
    assert.deepEqual(claimedPorts(cluster), [])
  })

  it('are refused where they are taken or outside the range', async () => {
    const cluster = await clusterOf('10.96.0.0/24')
    const wanting = (nodePort: number): ServiceSpec => ({ type: 'NodePort', ports: [{ port: 80, nodePort }] })
    await create(cluster, 'web', wanting(30080))
    assert.equal(
      await refusedTo(cluster, 'other', wanting(30080)),
      'Service "other" is invalid: spec.ports[0].nodePort: Invalid value: 30080: provided port is already allocated',
    )
    assert.equal(
      await refusedTo(cluster, 'other', wanting(29999)),
      'Service "other" is invalid: spec.ports[0].nodePort: Invalid value: 29999: provided port is not in the valid range. The range of valid ports is 30000-30099',
    )
  })

  it('come and go with changes of the type, and stay where a port keeps its name', async () => {
    const cluster = await clusterOf('10.96.0.0/24')
    await create(cluster, 'web')
    const [port] = nodePorts(await change(cluster, 'web', { type: 'NodePort' })) ?? []
    const object2 = object({
      metadata: { name: 'web', namespace: 'default' },
      spec: { type: 'NodePort', ports: [{ port: 8080, protocol: 'TCP' }] },
    })
    assert.deepEqual(nodePorts(serviceOf(ok(await cluster.run({ verb: 'update', kind: Service, object: object2 })))), [
      port,
    ])
    assert.deepEqual(nodePorts(await change(cluster, 'web', { type: 'ClusterIP' })), [undefined])
    assert.deepEqual(claimedPorts(cluster), [])
  })

  it('are none for a balancer that wants none, and one more where nodes are asked for its health', async () => {
    const cluster = await clusterOf('10.96.0.0/24')
    const none = await create(cluster, 'none', { type: 'LoadBalancer', allocateLoadBalancerNodePorts: false })
    assert.deepEqual(nodePorts(none), [undefined])
    const local = await create(cluster, 'local', { type: 'LoadBalancer', externalTrafficPolicy: 'Local' })
    assert.ok(local.spec?.healthCheckNodePort)
    assert.equal(claimedPorts(cluster).length, 2)
    const global = await change(cluster, 'local', { externalTrafficPolicy: 'Cluster' })
    assert.equal(global.spec?.healthCheckNodePort, undefined)
    assert.equal(claimedPorts(cluster).length, 1)
  })

  it('of a service that was stored without a claim are taken all the same', async () => {
    const cluster = await clusterOf('10.96.0.0/24')
    const before = world({ log: cluster.log, prefix: 'before' })
    before.catchUp()
    ok(
      await before.run(
        creation('old', {
          type: 'NodePort',
          clusterIP: '10.96.0.3',
          clusterIPs: ['10.96.0.3'],
          ports: [{ port: 80, nodePort: 30080 }],
        }),
      ),
    )
    cluster.catchUp()
    const words = await refusedTo(cluster, 'new', { type: 'NodePort', ports: [{ port: 80, nodePort: 30080 }] })
    assert.match(words, /provided port is already allocated/)
  })
})

describe('two API servers that give out the same addresses', () => {
  it('never give one to two services, whatever either of them knows of the other', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.record({
            server: fc.nat(1),
            name: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'),
            deed: fc.constantFrom('any', 'same', 'port', 'delete'),
            catchesUp: fc.boolean(),
          }),
          { minLength: 5, maxLength: 30 },
        ),
        async deeds => {
          const log = memoryEventLog()
          const servers = [0, 1].map(i => world({ log, admission: [allocation], prefix: `s${i}` }))
          const [first] = servers
          assert.ok(first)
          ok(await first.run(rangeOf('kubernetes', ['10.96.0.0/29'])))
          for (const server of servers) server.catchUp()
          // Several at once: each goes on until it waits for the log.
          await Promise.all(
            deeds.map(async ({ server: i, name, deed, catchesUp }) => {
              const server = servers[i]
              assert.ok(server)
              if (catchesUp) server.catchUp()
              if (deed === 'delete') return remove(server, name)
              const spec: ServiceSpec =
                deed === 'any'
                  ? {}
                  : deed === 'same'
                    ? { clusterIP: '10.96.0.2' }
                    : { type: 'NodePort', ports: [{ port: 80, nodePort: 30001 }] }
              return server.run(creation(name, spec))
            }),
          )
          first.catchUp()
          const services = first.cut.list(Service)
          const ips = services.flatMap(({ spec }) => spec?.clusterIPs ?? [])
          const taken = services.flatMap(({ spec }) => spec?.ports?.flatMap(({ nodePort }) => nodePort ?? []) ?? [])
          assert.equal(new Set(ips).size, ips.length)
          assert.equal(new Set(taken).size, taken.length)
          assert.deepEqual(addresses(first), [...ips].sort())
          assert.deepEqual(
            claimedPorts(first),
            taken.map(port => `nodeport-${port}`),
          )
          for (const address of first.cut.list(IPAddress)) {
            const of = services.find(({ metadata }) => metadata.name === address.spec.parentRef.name)
            assert.equal(of?.spec?.clusterIP, address.metadata.name)
          }
        },
      ),
      { numRuns: 60 },
    )
  })

  it('refuse what the other has given, and give what the other has taken back, though they have not heard of it', async () => {
    const log = memoryEventLog()
    const [one, other] = [
      world({ log, admission: [allocation], prefix: 'a' }),
      world({ log, admission: [allocation], prefix: 'b' }),
    ]
    ok(await one.run(rangeOf('kubernetes', ['10.96.0.0/24'])))
    one.catchUp()
    other.catchUp()
    await create(one, 'web', { clusterIP: '10.96.0.7' })
    assert.match(await refusedTo(other, 'other', { clusterIP: '10.96.0.7' }), /already allocated/)
    other.catchUp()
    ok(await remove(one, 'web'))
    const made = await other.run(creation('other', { clusterIP: '10.96.0.7' }))
    assert.ok(E.isRight(made))
  })
})
