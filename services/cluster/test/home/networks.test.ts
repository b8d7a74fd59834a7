import assert from 'node:assert/strict'
import { E } from '@periplus/prelude'
import { homeOf } from '../../src/home/home.ts'
import { addressIn, bridgeOf, podNetwork, routesInTheWay, routesOf, serviceNetwork } from '../../src/home/networks.ts'

const home = homeOf('/somewhere/.periplus')
const unset = { wanted: undefined, known: undefined }

/** As the kernel prints it: a default route, one 10.0.0.0/8, and `third`.0/24 of 10.244 on a device. */
const routes = (device: string, ...third: number[]) =>
  routesOf(
    [
      'Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT',
      'eth0\t00000000\t010200C0\t0003\t0\t0\t0\t00000000\t0\t0\t0',
      'eth0\t0000000A\t00000000\t0001\t0\t0\t0\t000000FF\t0\t0\t0',
      ...third.map(
        n => `${device}\t00${n.toString(16).padStart(2, '0')}F40A\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0`,
      ),
      '',
    ].join('\n'),
  )

const free = (): string => {
  const chosen = podNetwork(home, unset, routes('none'))
  assert.ok(E.isRight(chosen))
  return chosen.right
}

const thirdOf = (cidr: string): number => Number(/^10\.244\.(\d+)\.0\/24$/.exec(cidr)?.[1])

describe('the pods’ addresses', () => {
  it('are a /24 of 10.244.0.0/16, the same at each start, another for another directory', () => {
    assert.equal(free(), free())
    assert.ok(thirdOf(free()) >= 0)
    const other = podNetwork(homeOf('/elsewhere/.periplus'), unset, [])
    assert.notDeepEqual(other, E.right(free()))
  })

  it('avoid what another interface has, not what the cluster’s own bridge has', () => {
    const third = thirdOf(free())
    assert.deepEqual(podNetwork(home, unset, routes('docker0', third)), E.right(`10.244.${(third + 1) % 256}.0/24`))
    assert.deepEqual(podNetwork(home, unset, routes(bridgeOf(home), third)), E.right(free()))
  })

  it('stay what they were', () => {
    assert.deepEqual(podNetwork(home, { wanted: undefined, known: '10.99.0.0/24' }, []), E.right('10.99.0.0/24'))
    assert.deepEqual(
      podNetwork(home, { wanted: '10.98.0.0/24', known: '10.99.0.0/24' }, []),
      E.left(
        "PERIPLUS_POD_CIDR=10.98.0.0/24: this cluster's pods have 10.99.0.0/24; 'periplus reset' makes way for others",
      ),
    )
  })

  it('are nobody’s where nothing runs them: a hollow cluster starts again, whichever other one was started meanwhile', () => {
    assert.deepEqual(routesInTheWay('hollow'), [])
  })

  it('are refused where somebody else has them', () => {
    assert.deepEqual(
      podNetwork(home, { wanted: '10.244.0.0/16', known: undefined }, routes('cni0', 7)),
      E.left(
        "the pods' addresses, 10.244.0.0/16, are in use by the network interface cni0: set PERIPLUS_POD_CIDR to others",
      ),
    )
    assert.deepEqual(
      podNetwork(home, { wanted: undefined, known: '10.244.7.0/24' }, routes('cni0', 7)),
      E.left(
        "the pods' addresses, 10.244.7.0/24, are in use by the network interface cni0: 'periplus reset' makes way for others",
      ),
    )
    const all = Array.from({ length: 256 }, (_, n) => n)
    assert.ok(E.isLeft(podNetwork(home, unset, routes('cni0', ...all))))
  })
})

describe('the services’ addresses', () => {
  const pods = '10.244.7.0/24'

  it('are a /16 of 10.96.0.0/12, the same at each start, and stay what they were', () => {
    const chosen = serviceNetwork(home, unset, pods, [])
    assert.ok(E.isRight(chosen))
    assert.match(chosen.right, /^10\.(9[6-9]|10\d|11[01])\.0\.0\/16$/)
    assert.deepEqual(serviceNetwork(home, unset, pods, []), chosen)
    assert.deepEqual(
      serviceNetwork(home, { wanted: undefined, known: '10.96.0.0/12' }, pods, []),
      E.right('10.96.0.0/12'),
    )
  })

  it('are a /16 of loopback where pods of a new cluster are plain processes', () => {
    const chosen = serviceNetwork(home, { ...unset, podsAre: 'processes' }, pods, [])
    assert.ok(E.isRight(chosen))
    assert.match(chosen.right, /^127\.(6[4-9]|[789]\d|1[01]\d|12[0-7])\.0\.0\/16$/)
    const known = '10.96.0.0/16'
    assert.deepEqual(serviceNetwork(home, { wanted: undefined, known, podsAre: 'processes' }, pods, []), E.right(known))
  })

  it('avoid what another cluster’s services have, and the pods', () => {
    const first = serviceNetwork(home, unset, pods, [])
    assert.ok(E.isRight(first))
    const [, second] = first.right.split('.').map(Number)
    const taken = { device: 'pp-other', network: ((10 << 24) | ((second ?? 0) << 16)) >>> 0, mask: 0xffff0000 }
    const other = serviceNetwork(home, unset, pods, [taken])
    assert.ok(E.isRight(other))
    assert.notEqual(other.right, first.right)
    assert.notDeepEqual(serviceNetwork(home, unset, first.right, []), first)
    assert.ok(E.isLeft(serviceNetwork(home, { wanted: '10.244.0.0/16', known: undefined }, pods, [])))
  })

  it('begin with the API server’s', () => {
    assert.equal(addressIn('10.96.0.0/16', 1), '10.96.0.1')
    assert.equal(addressIn('10.96.0.0/16', 10), '10.96.0.10')
    assert.equal(addressIn('192.168.4.248/29', 7), '192.168.4.255')
  })
})
