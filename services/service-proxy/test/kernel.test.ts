import assert from 'node:assert/strict'
import { eventOf } from '@periplus/controller'
import type { Kind, KubernetesObject } from '@periplus/api'
import { EndpointSlice, Namespace, NetworkPolicy, Node, Pod, Service } from '@periplus/kinds'
import type { Endpoint, ServiceSpec } from '@periplus/kinds'
import { conntrackFlows, nftablesDataplane } from '@periplus/net'
import { mutableCut } from '@periplus/projection'
import { logger } from '@periplus/service'
import { start } from '../src/index.ts'
import { endpoint, namespace, network, pod as podObject, policy, service, slice } from './objects.ts'
import { openStage } from './stage.ts'
import type { Place, Stage } from './stage.ts'

const names = (answers: readonly string[]): readonly string[] =>
  [...new Set(answers.map(answer => answer.split(' ')[0] ?? ''))].sort()
const clients = (answers: readonly string[]): readonly string[] =>
  [...new Set(answers.map(answer => answer.split(' ')[1] ?? ''))].sort()

/** Enough for one of two to be left out by chance never. */
const times = 64

describe('services, in the kernel', function () {
  this.timeout(120_000)
  let stage: Stage
  let [a, b, c]: readonly (Place | undefined)[] = []
  const pod = (place: Place | undefined): Place => place ?? assert.fail('not there yet')

  const cut = mutableCut()
  const sequences = new Map<string, number>()
  const put = <A extends KubernetesObject>(kind: Kind<A>, object: A): void => {
    const key = `${kind.resource}/${object.metadata?.name}`
    const previous = sequences.get(key) ?? 0
    const sequence = cut.sequence + 1
    const named = { ...object, metadata: { ...object.metadata, uid: key } }
    cut.apply([eventOf(sequence, kind, named, previous === 0 ? 'created' : 'spec-changed', previous)])
    sequences.set(key, sequence)
  }
  const lines: string[] = []
  const open = () =>
    start({
      ...{ cut, network },
      dataplane: nftablesDataplane({ table: 'stage', prefix: stage.node.namespace.prefix }),
      flows: conntrackFlows(stage.node.namespace.prefix),
      log: logger('proxy', { write: line => void lines.push(line) }),
      onBug: error => assert.fail(String(error)),
    })
  let proxy: ReturnType<typeof start> | undefined
  const running = (): ReturnType<typeof start> => proxy ?? assert.fail('not there yet')

  /** A service at 10.96.0.`n` with both pods behind it, or others. */
  const serve = async (n: number, spec: ServiceSpec = {}, endpoints: readonly Endpoint[] = both): Promise<void> => {
    put(Service, service(`s-${n}`, { clusterIP: `10.96.0.${n}`, clusterIPs: [`10.96.0.${n}`], ...spec }))
    const [port] = spec.ports ?? []
    const target = { name: port?.name ?? 'http', port: 8080, protocol: port?.protocol ?? 'TCP' }
    put(EndpointSlice, slice(`s-${n}`, endpoints, target))
    await running().settled()
    assert.equal(running().state.tag, 'Applied', lines.at(-1))
  }
  const both = [endpoint('10.244.1.2'), endpoint('10.244.1.3')]
  const onlyB = both.slice(1)
  const nodePort = (port: number): ServiceSpec => ({
    ...{ type: 'NodePort', ports: [{ name: 'http', port: 80, nodePort: port, protocol: 'TCP' }] },
  })

  before(async () => {
    stage = await openStage()
    ;[a, b, c] = await Promise.all([
      stage.pod('a', '10.244.1.2'),
      stage.pod('b', '10.244.1.3'),
      stage.pod('c', '10.244.1.4'),
    ])
    proxy = open()
  })
  after(async () => {
    await proxy?.stop()
    await stage.close()
  })

  it('spread over all endpoints, from a pod, which they see, and from the node', async () => {
    await serve(1)
    const inside = await pod(c).ask({ host: '10.96.0.1', port: 80, times })
    assert.deepEqual([names(inside), clients(inside)], [['a', 'b'], ['10.244.1.4']])
    const fromNode = await stage.node.ask({ host: '10.96.0.1', port: 80, times })
    assert.deepEqual([names(fromNode), clients(fromNode)], [['a', 'b'], ['10.244.1.1']])
  })

  it('lead a pod to itself', async () => {
    await serve(2, {}, onlyB)
    assert.deepEqual(names(await pod(b).ask({ host: '10.96.0.2', port: 80, times: 3 })), ['b'])
  })

  it('answer at the node’s ports, for outside and for inside, and tell who asked where they must', async () => {
    await serve(3, nodePort(30003))
    for (const place of [stage.outside, stage.node, pod(c)])
      assert.deepEqual(names(await place.ask({ host: '192.0.2.2', port: 30003, times })), ['a', 'b'], place.name)
    await serve(4, { ...nodePort(30004), externalTrafficPolicy: 'Local' }, onlyB)
    // It answers through its gateway, as everything outside is.
    assert.deepEqual(await stage.outside.ask({ host: '192.0.2.2', port: 30004, times: 2 }), [
      'b 192.0.2.1',
      'b 192.0.2.1',
    ])
  })

  it('refuse at once where nobody is, and what no service has', async () => {
    await serve(5, nodePort(30005), [])
    for (const place of [stage.node, pod(c)]) {
      assert.deepEqual(await place.ask({ host: '10.96.0.5', port: 80, times: 1 }), ['ECONNREFUSED'], place.name)
      assert.deepEqual(await place.ask({ host: '10.96.0.5', port: 81, times: 1 }), ['ECONNREFUSED'], place.name)
    }
    assert.deepEqual(await stage.outside.ask({ host: '192.0.2.2', port: 30005, times: 1 }), ['ECONNREFUSED'])
  })

  it('keep a client with its endpoint, also when another proxy takes over', async () => {
    await serve(6, { sessionAffinity: 'ClientIP', sessionAffinityConfig: { clientIP: { timeoutSeconds: 600 } } })
    const first = names(await pod(c).ask({ host: '10.96.0.6', port: 80, times: 10 }))
    assert.equal(first.length, 1)
    await running().stop()
    assert.deepEqual(names(await pod(c).ask({ host: '10.96.0.6', port: 80, times: 10 })), first)
    proxy = open()
    await running().settled()
    assert.deepEqual(names(await pod(c).ask({ host: '10.96.0.6', port: 80, times: 10 })), first)
  })

  it('know pods of other nodes, which see who asks: a pod by its own address, and the node itself by its bridge’s', async () => {
    const asks = async (): Promise<readonly string[]> =>
      clients(await pod(c).ask({ host: '192.0.2.1', port: 8080, times: 1 }))
    assert.deepEqual(await asks(), ['192.0.2.2'], 'the world outside sees the node')
    put(Node, { apiVersion: 'v1', kind: 'Node', metadata: { name: 'there' }, spec: { podCIDR: '192.0.2.0/28' } })
    await serve(20, {}, [endpoint('192.0.2.1@there')])
    assert.deepEqual(await asks(), ['10.244.1.4'])
    const [fromPod, fromNode] = await Promise.all(
      [pod(c), stage.node].map(place => place.ask({ host: '10.96.0.20', port: 80, times: 1 })),
    )
    assert.deepEqual(fromPod, ['outside 10.244.1.4'])
    assert.deepEqual(fromNode, ['outside 10.244.1.1'])
  })

  it('send datagrams to those who are left when one goes', async () => {
    const udp: ServiceSpec = { ports: [{ name: 'dns', port: 53, protocol: 'UDP' }] }
    await serve(7, udp, [endpoint('10.244.1.2')])
    const ask = () => pod(c).ask({ host: '10.96.0.7', port: 53, times: 3, protocol: 'udp', from: 4000 })
    assert.deepEqual(names(await ask()), ['a'])
    await serve(7, udp, onlyB)
    assert.deepEqual(names(await ask()), ['b'])
  })

  it('send nobody to an endpoint that went, and fail nobody while it goes', async () => {
    await serve(8)
    const load = [0, 1].map(() => stage.node.ask({ host: '10.96.0.8', port: 80, times: 2000 }))
    for (let i = 0; i < 3; i++) {
      await serve(8, {}, onlyB)
      assert.deepEqual(names(await pod(c).ask({ host: '10.96.0.8', port: 80, times: 20 })), ['b'])
      await serve(8)
    }
    for (const answers of await Promise.all(load)) assert.deepEqual(names(answers), ['a', 'b'])
  })

  it('leave datagrams for who answers names unanswered while he is away, and refuse them where nobody is to be', async () => {
    const udp: ServiceSpec = { ports: [{ name: 'dns', port: 53, protocol: 'UDP' }] }
    const heard = (n: number): string => {
      const told =
        "for (const [e, f] of [['error', e => e.code], ['message', String]]) s.on(e, x => { console.log(f(x)); s.close() })"
      const asks = `s.connect(53, '10.96.0.${n}', () => s.send('?')); setTimeout(() => s.close(), 500).unref()`
      const script = `const s = require('dgram').createSocket('udp4'); ${told}; ${asks}; s.on('close', () => process.exit())`
      return pod(c).namespace.run(process.execPath, '-e', script).trim()
    }
    await serve(12, udp, [endpoint('10.244.1.1')])
    assert.equal(heard(12), '')
    await serve(13, udp, [])
    assert.equal(heard(13), 'ECONNREFUSED')
    await serve(14, udp)
    assert.match(heard(14), /^[ab] /)
  })

  it('keep what listens at the bridge’s address from those outside', async () => {
    const listener = stage.node
    const toBridge = { host: '10.244.1.1', port: 9, times: 1 }
    assert.deepEqual(await stage.outside.ask(toBridge), ['ETIMEDOUT'])
    assert.deepEqual(await pod(c).ask(toBridge), ['ECONNREFUSED'])
    assert.deepEqual(await listener.ask(toBridge), ['ECONNREFUSED'])
  })

  it('lead only where network policies let them, whatever way they came', async () => {
    for (const [place, labels] of [
      [a, {}],
      [b, {}],
      [c, { role: 'client' }],
    ] as const)
      put(Pod, podObject(pod(place).name, pod(place).ip, { labels }))
    put(Namespace, namespace('default'))
    const asks = async (place: Place, host: string, port: number): Promise<string> =>
      (await place.ask({ host, port, times: 1 }))[0]?.split(' ')[0] ?? ''
    await serve(9, nodePort(30009), onlyB)
    const clientsOnly: NetworkPolicy['spec'] = {
      podSelector: { matchLabels: { name: 'b' } },
      ingress: [
        { from: [{ podSelector: { matchLabels: { role: 'client' } } }], ports: [{ port: 'web' }] },
        { from: [{ ipBlock: { cidr: '192.0.0.0/8', except: ['192.0.2.0/24', '192.0.2.0/25'] } }] },
      ],
    }
    put(NetworkPolicy, policy('clients', clientsOnly))
    await running().settled()
    assert.equal(running().state.tag, 'Applied', lines.at(-1))
    for (const [host, port] of [
      ['10.96.0.9', 80],
      ['10.244.1.3', 8080],
    ] as const) {
      assert.equal(await asks(pod(c), host, port), 'b')
      assert.equal(await asks(pod(a), host, port), 'ETIMEDOUT')
      assert.equal(await asks(pod(b), '10.96.0.9', 80), 'b', 'itself')
      assert.equal(await asks(stage.node, host, port), 'b', 'its node')
    }
    assert.equal(await asks(stage.outside, '192.0.2.2', 30009), 'ETIMEDOUT')
    put(
      NetworkPolicy,
      policy('outside', { podSelector: {}, ingress: [{ from: [{ ipBlock: { cidr: '192.0.2.0/24' } }] }] }),
    )
    put(NetworkPolicy, policy('quiet', { podSelector: { matchLabels: { role: 'client' } }, policyTypes: ['Egress'] }))
    await running().settled()
    assert.equal(await asks(stage.outside, '192.0.2.2', 30009), 'b')
    assert.equal(await asks(pod(c), '10.244.1.3', 8080), 'ETIMEDOUT')
  })

  it('are not kept from the kernel by what one object says', async () => {
    const strange = service(
      's-10',
      {
        ...{ type: 'LoadBalancer', clusterIP: '10.96.0.10', clusterIPs: ['10.96.0.10', 'fd00::10', 'x; drop'] },
        externalIPs: ['10.96.0.1', '0.0.0.0', '224.0.0.1', '::1', ''],
        loadBalancerSourceRanges: ['10.0.0.0/8', '10.1.2.3/8', '10.0.0.0/8', '0.0.0.0/0', '::/0', '}'],
        ports: [80, 0, -1, 70_000, 0.5].map((port, i) => ({ name: `p"${i}`, port, nodePort: port, protocol: 'TCP' })),
        sessionAffinity: 'ClientIP',
        sessionAffinityConfig: { clientIP: { timeoutSeconds: 2 ** 31 } },
      },
      { status: { loadBalancer: { ingress: [{ ip: '203.0.113.1' }, { ip: '203.0.113.1' }, { ip: 'none' }] } } },
    )
    put(Service, strange)
    const places = ['10.244.1.2', '10.244.1.2', '0.0.0.0', '255.255.255.255', 'fe80::1', 'localhost']
    for (const [i, port] of [8080, 0, 65_536].entries()) {
      const made = slice(
        's-10',
        places.map(place => endpoint(place)),
        { name: 'p"0', port, protocol: 'TCP' },
      )
      put(EndpointSlice, { ...made, metadata: { ...made.metadata, name: `s-10-${i}` } })
    }
    const from = [{ ipBlock: { cidr: '0.0.0.0/0', except: ['10.0.0.0/8', '10.1.0.0/16', '10.1.0.0/16', '}'] } }]
    const ports = [{ port: 'p"0' }, { port: 1, endPort: 1 }, { port: 9, endPort: 2 }, { port: 65_535, endPort: 65_536 }]
    put(NetworkPolicy, policy('strange', { podSelector: { matchLabels: { name: 'a' } }, ingress: [{ from, ports }] }))
    await serve(1)
    assert.deepEqual(names(await stage.node.ask({ host: '10.96.0.1', port: 80, times })), ['a', 'b'])
  })

  it('are all gone with their table', async () => {
    await running().stop()
    await nftablesDataplane({ table: 'stage', prefix: stage.node.namespace.prefix }).clear()
    assert.equal(stage.node.namespace.run('nft', 'list', 'ruleset'), '')
    assert.equal(pod(a).name, 'a')
  })
})
