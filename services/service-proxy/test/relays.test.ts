import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import type { Kind, KubernetesObject } from '@periplus/api'
import { eventOf } from '@periplus/controller'
import { EndpointSlice, Pod, Service } from '@periplus/kinds'
import { relaysHere } from '@periplus/net'
import { seededRandom, systemClock } from '@periplus/prelude'
import { mutableCut } from '@periplus/projection'
import { logger } from '@periplus/service'
import { startRelays } from '../src/index.ts'
import { wantedRelays } from '../src/relay/wanted-relays.ts'
import { endpoint, pod, service, slice } from './objects.ts'

const place = { nodeName: 'here', zone: undefined }
/** Any machine's, which plain processes have. */
const machine = '192.0.2.7'
const at = (clusterIP: string, more: Service['spec'] = {}): Service['spec'] => ({
  ...{ clusterIP, clusterIPs: [clusterIP], ports: [{ name: 'http', port: 80, protocol: 'TCP' }] },
  ...more,
})
const withPorts = (name: string, ...ports: readonly number[]): Pod => {
  const plain = pod(name, machine)
  const containers = [{ name: 'c', image: 'x', ports: ports.map(containerPort => ({ containerPort })) }]
  return { ...plain, spec: { ...plain.spec, containers } }
}

describe('services of plain processes', () => {
  const wanted = (services: readonly Service[], slices: readonly EndpointSlice[], ...pods: readonly Pod[]) =>
    wantedRelays({ services, slices, pods }, place)

  it('are listened for at their addresses and node ports, for who is ready', () => {
    const nodePorts = [{ name: 'http', port: 80, nodePort: 30080, protocol: 'TCP' }]
    const web = service('web', at('127.64.1.1', { type: 'NodePort', ports: nodePorts, externalTrafficPolicy: 'Local' }))
    const slices = [
      slice('web', [
        endpoint(machine),
        endpoint('192.0.2.8@there'),
        endpoint('192.0.2.9', { conditions: { ready: false } }),
      ]),
    ]
    const here = { ip: machine, port: 8080 }
    assert.deepEqual(wanted([web], slices), {
      relays: [
        { protocol: 'TCP', address: '127.64.1.1', port: 80, targets: [here, { ip: '192.0.2.8', port: 8080 }] },
        { protocol: 'TCP', address: '0.0.0.0', port: 30080, targets: [here] },
      ],
      unserved: [],
    })
  })

  it('keep a client with its endpoint where they say so', () => {
    const web = service('web', at('127.64.1.1', { sessionAffinity: 'ClientIP' }))
    assert.equal(wanted([web], [slice('web', [endpoint(machine)])]).relays[0]?.affinity, 10_800)
  })

  it('are not listened for without endpoints, without an address, or where another proxy has them', () => {
    const labels = { 'service.kubernetes.io/service-proxy-name': 'other' }
    const services = [
      service('nobody', at('127.64.1.1')),
      service('headless', at('None')),
      service('others', at('127.64.1.2'), { metadata: { name: 'others', namespace: 'default', labels } }),
      service('elsewhere', { type: 'ExternalName', externalName: 'example.com' }),
    ]
    const slices = ['headless', 'others', 'elsewhere'].map(name => slice(name, [endpoint(machine)]))
    assert.deepEqual(wanted(services, slices), { relays: [], unserved: [] })
  })

  it('leave a port to the pod of this node that has it, which then is reached straight', () => {
    const own = service('own', at('127.64.1.1', { ports: [{ name: 'http', port: 8080, protocol: 'TCP' }] }))
    const foreign = service('foreign', at('127.64.1.2', { ports: [{ name: 'http', port: 6379, protocol: 'TCP' }] }))
    const slices = [slice('own', [endpoint(machine)]), slice('foreign', [endpoint(machine)])]
    const why = 'default/foreign at 127.64.1.2:6379: the port is that of a pod on this node'
    assert.deepEqual(wanted([own, foreign], slices, withPorts('redis', 6379)), { relays: [], unserved: [why] })
    const ended = { ...withPorts('redis', 6379), status: { phase: 'Succeeded' } }
    assert.equal(wanted([own, foreign], slices, ended).relays.length, 1)
  })

  it('leave the ports of endpoints of this node to them, whether their pods name them or not', () => {
    const low = service('low', at('127.64.1.1', { ports: [{ name: 'http', port: 8080, protocol: 'TCP' }] }))
    const high = service('high', at('127.64.1.2'))
    const port = { name: 'http', port: 9090, protocol: 'TCP' }
    const found = wanted([low, high], [slice('low', [endpoint(machine)], port), slice('high', [endpoint(machine)])])
    assert.deepEqual(found.unserved, ['default/low at 127.64.1.1:8080: the port is that of a pod on this node'])
    assert.deepEqual(
      found.relays.map(({ address }) => address),
      ['127.64.1.2'],
    )
  })

  it('say what cannot be handed on', () => {
    const sctp = service('sctp', at('127.64.1.1', { ports: [{ name: 'http', port: 80, protocol: 'SCTP' }] }))
    const slices = [slice('sctp', [endpoint(machine)], { name: 'http', port: 80, protocol: 'SCTP' })]
    assert.deepEqual(
      wanted([sctp, service('far', at('10.96.0.7'))], [...slices, slice('far', [endpoint(machine)])]).unserved,
      [
        'default/sctp at 127.64.1.1:80: SCTP is not handed on',
        'default/far at 10.96.0.7:80: this is no address of loopback',
      ],
    )
  })

  it('reach their pods from the moment of the event on until they go, and say what they cannot listen at', async () => {
    const server = createServer(socket => socket.end('hello')).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    const taken = createServer().listen(0, '127.66.1.2')
    await once(taken, 'listening')
    const { port: takenPort } = taken.address() as AddressInfo

    const cut = mutableCut()
    const sequences = new Map<string, number>()
    const put = <A extends KubernetesObject>(
      kind: Kind<A>,
      object: A,
      change: 'deleted' | undefined = undefined,
    ): void => {
      const key = `${kind.resource}/${object.metadata?.name}`
      const previous = sequences.get(key) ?? 0
      const named = { ...object, metadata: { ...object.metadata, uid: key } }
      cut.apply([
        eventOf(cut.sequence + 1, kind, named, change ?? (previous === 0 ? 'created' : 'spec-changed'), previous),
      ])
      sequences.set(key, cut.sequence)
    }
    const proxy = startRelays({
      ...{ cut, nodeName: 'here', relays: relaysHere({ clock: systemClock, random: seededRandom(1) }) },
      log: logger('test', { write: () => undefined }),
      onBug: error => assert.fail(String(error)),
    })
    const answered = (address: string, at: number): Promise<string> =>
      new Promise(resolve => {
        let text = ''
        connect(at, address)
          .on('data', chunk => (text += String(chunk)))
          .on('end', () => resolve(text))
          .on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? ''))
      })
    const target = { name: 'http', port, protocol: 'TCP' }
    const of = { targetRef: { kind: 'Pod', name: 'a', namespace: 'default', uid: 'pods/a' } }
    try {
      const running = withPorts('a', port)
      put(Pod, running)
      const web = service('web', at('127.66.1.1', { ports: [{ name: 'http', port: takenPort, protocol: 'TCP' }] }))
      put(Service, web)
      put(Service, service('late', at('127.66.1.2', { ports: [{ name: 'http', port: takenPort, protocol: 'TCP' }] })))
      await proxy.settled()
      assert.equal(await answered('127.66.1.1', takenPort), 'ECONNREFUSED')
      put(EndpointSlice, slice('web', [endpoint('127.0.0.1', of)], target))
      put(EndpointSlice, slice('late', [endpoint('127.0.0.1', of)], target))
      await proxy.settled()
      assert.equal(await answered('127.66.1.1', takenPort), 'hello')
      assert.deepEqual(proxy.unserved, [`TCP 127.66.1.2:${takenPort}: EADDRINUSE`])
      // What a node waits for before it ends a pod's containers.
      put(Pod, running, 'deleted')
      await proxy.left()
      assert.equal(await answered('127.66.1.1', takenPort), 'ECONNREFUSED')
    } finally {
      await proxy.stop()
      server.close()
      taken.close()
    }
  })
})
