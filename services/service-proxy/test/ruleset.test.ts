import assert from 'node:assert/strict'
import type { EndpointSlice, Service } from '@periplus/kinds'
import { nothingHeld, transactionOf } from '@periplus/net'
import { rulesetOf } from '../src/index.ts'
import { rememberedRules } from '../src/ruleset/remembered-rules.ts'
import { endpoint, network, service, slice } from './objects.ts'

/** Where a connection to `key` in `map` is led: the statements of every chain on the way. */
const wayOf = (
  map: 'services' | 'node-ports' | 'refused' | 'refused-node-ports' | 'guarded',
  key: string,
  services: readonly Service[],
  slices: readonly EndpointSlice[],
  zone?: string,
): readonly string[] | undefined => {
  const { chains, sets } = rulesetOf(services, slices, network, zone)
  const follow = (verdict: string): readonly string[] => {
    const [, chain] = /(?:goto|jump) ([\w-]+)/.exec(verdict) ?? []
    if (chain === undefined) return []
    return (chains.get(chain)?.rules ?? [`no chain ${chain}`]).flatMap(rule => [
      rule.replaceAll(/\b([a-z])-[0-9a-f]{16}/g, '$1'),
      ...[...rule.matchAll(/goto [\w-]+/g)].flatMap(([next]) => follow(next)),
    ])
  }
  const verdict = sets.get(map)?.elements?.get(key)
  return verdict === undefined ? undefined : verdict === 'drop' ? ['drop'] : follow(verdict)
}

const dnat = 'meta l4proto tcp dnat ip to'

/** One of the targets by chance, or the only one. */
const to = (...targets: readonly string[]): readonly string[] => [
  ...(targets.length > 1
    ? [`${dnat} numgen random mod ${targets.length} map { ${targets.map((t, i) => `${i} : ${t}`).join(', ')} }`]
    : []),
  `${dnat} ${targets[0]?.replace(' . ', ':')}`,
]

const web = service('web', { clusterIP: '10.96.0.5' })
const key = '10.96.0.5 . tcp . 80'

describe('the rules of services', () => {
  it('spread connections over the ready endpoints of each port', () => {
    const slices = [
      slice('web', [
        endpoint('10.244.1.3'),
        endpoint('10.244.2.2@there'),
        endpoint('10.244.1.9', { conditions: { ready: false } }),
      ]),
      { ...slice('web', [endpoint('10.244.1.2')]), metadata: { ...slice('web', []).metadata, name: 'web-2' } },
      slice('other', [endpoint('10.244.1.7')]),
      slice('web', [endpoint('10.244.1.4')], { name: 'admin', port: 9, protocol: 'TCP' }),
    ]
    assert.deepEqual(
      wayOf('services', key, [web], slices),
      to('10.244.1.2 . 8080', '10.244.1.3 . 8080', '10.244.2.2 . 8080'),
    )
    const { sets } = rulesetOf([web], slices, network, undefined)
    assert.deepEqual(
      [...(sets.get('hairpin')?.elements?.keys() ?? [])],
      ['10.244.1.2 . 10.244.1.2', '10.244.1.3 . 10.244.1.3'],
    )
    assert.deepEqual([...(sets.get('cluster-ips')?.elements?.keys() ?? [])], ['10.96.0.5'])
  })

  it('refuse where nobody is ready, and lead to those that serve while they end before that', () => {
    assert.deepEqual(wayOf('refused', key, [web], []), ['reject'])
    assert.equal(wayOf('services', key, [web], []), undefined)
    const ending = endpoint('10.244.1.2', { conditions: { ready: false, serving: true, terminating: true } })
    const ended = endpoint('10.244.1.3', { conditions: { ready: false, serving: false, terminating: true } })
    assert.deepEqual(wayOf('services', key, [web], [slice('web', [ending, ended])]), to('10.244.1.2 . 8080'))
    assert.deepEqual(
      wayOf('services', key, [web], [slice('web', [ending, endpoint('10.244.1.4')])]),
      to('10.244.1.4 . 8080'),
    )
  })

  it('lead from outside to any endpoint with an answer through this node, or to those of this node alone', () => {
    const spec = { clusterIP: '10.96.0.5', type: 'NodePort', ports: [{ name: 'http', port: 80, nodePort: 30080 }] }
    const slices = [slice('web', [endpoint('10.244.2.2@there'), endpoint('10.244.1.2')])]
    const all = to('10.244.1.2 . 8080', '10.244.2.2 . 8080')
    assert.deepEqual(wayOf('node-ports', 'tcp . 30080', [service('web', spec)], slices), [
      'meta mark set meta mark or 0x4000 goto c',
      ...all,
    ])
    const local = service('web', { ...spec, externalTrafficPolicy: 'Local' })
    assert.deepEqual(wayOf('node-ports', 'tcp . 30080', [local], slices), [
      ...['ip saddr 10.244.1.0/24 goto c', ...all],
      ...['fib saddr type local meta mark set meta mark or 0x4000 goto c', ...all],
      ...['goto l', ...to('10.244.1.2 . 8080')],
    ])
    const elsewhere = [slice('web', [endpoint('10.244.2.2@there')])]
    assert.equal(wayOf('node-ports', 'tcp . 30080', [local], elsewhere)?.at(-1), 'drop')
    assert.deepEqual(wayOf('refused-node-ports', 'tcp . 30080', [local], []), ['reject'])
    const inside = service('web', { ...spec, internalTrafficPolicy: 'Local' })
    assert.deepEqual(wayOf('services', key, [inside], slices), to('10.244.1.2 . 8080'))
    assert.deepEqual(wayOf('services', key, [inside], elsewhere), ['drop'])
  })

  it('know external and load balancers’ addresses, and who may use those', () => {
    const balanced = service(
      'web',
      {
        ...{ clusterIP: '10.96.0.5', type: 'LoadBalancer', externalIPs: ['203.0.113.9'] },
        loadBalancerSourceRanges: ['198.51.100.0/24', ' 192.0.2.1/32', 'x; drop'],
      },
      { status: { loadBalancer: { ingress: [{ ip: '203.0.113.1' }, { ip: '203.0.113.2', ipMode: 'Proxy' }] } } },
    )
    const slices = [slice('web', [endpoint('10.244.1.2')])]
    for (const ip of ['203.0.113.9', '203.0.113.1'])
      assert.equal(wayOf('services', `${ip} . tcp . 80`, [balanced], slices)?.at(-1), to('10.244.1.2 . 8080')[0], ip)
    assert.equal(wayOf('services', '203.0.113.2 . tcp . 80', [balanced], slices), undefined)
    assert.deepEqual(wayOf('guarded', '203.0.113.1 . tcp . 80', [balanced], slices), [
      ...['ip saddr 198.51.100.0/24 return', 'ip saddr 192.0.2.1/32 return', 'drop'],
    ])
    assert.equal(wayOf('guarded', '203.0.113.9 . tcp . 80', [balanced], slices), undefined)
  })

  it('keep a client with its endpoint where the service says so', () => {
    const sticky = service('web', {
      ...{ clusterIP: '10.96.0.5', sessionAffinity: 'ClientIP' },
      sessionAffinityConfig: { clientIP: { timeoutSeconds: 90 } },
    })
    const slices = [slice('web', [endpoint('10.244.1.2'), endpoint('10.244.1.3')])]
    const [two = [], three = []] = ['2', '3'].map(n => {
      const end = `meta l4proto tcp dnat ip to 10.244.1.${n}:8080`
      return [`update @a { ip saddr } ${end}`, end]
    })
    assert.deepEqual(wayOf('services', key, [sticky], slices), [
      ...['ip saddr @a goto e', ...two, 'ip saddr @a goto e', ...three],
      ...['numgen random mod 2 vmap { 0 : goto e, 1 : goto e }', ...two, ...three],
      ...['goto e', ...two],
    ])
    const { sets } = rulesetOf([sticky], slices, network, undefined)
    const sizes = [...sets].filter(([name]) => name.startsWith('a-')).map(([, { options }]) => options)
    assert.deepEqual(sizes, Array(2).fill('flags dynamic,timeout; timeout 90s;'))
  })

  it('prefer endpoints that are hinted to be close, where all are hinted', () => {
    const hinted = (ip: string, zone: string) => endpoint(`${ip}@there`, { hints: { forZones: [{ name: zone }] } })
    const both = [hinted('10.244.2.2', 'a'), hinted('10.244.2.3', 'b')]
    assert.deepEqual(wayOf('services', key, [web], [slice('web', both)], 'b'), to('10.244.2.3 . 8080'))
    assert.deepEqual(wayOf('services', key, [web], [slice('web', both)], 'c')?.[0]?.includes('mod 2'), true)
    assert.equal(
      wayOf('services', key, [web], [slice('web', [...both, endpoint('10.244.1.9')])], 'b')?.[0]?.includes('mod 3'),
      true,
    )
    const forNodes = (ip: string, name: string) => endpoint(ip, { hints: { forNodes: [{ name }] } })
    const nodes = [forNodes('10.244.1.2', 'here'), forNodes('10.244.2.2', 'there')]
    assert.deepEqual(wayOf('services', key, [web], [slice('web', nodes)]), to('10.244.1.2 . 8080'))
  })

  it('leave alone what is headless, elsewhere, or another proxy’s', () => {
    const slices = ['web', 'headless', 'name', 'apart'].map(name => slice(name, [endpoint('10.244.1.2')]))
    const others = [
      service('headless', { clusterIP: 'None' }),
      service('name', { type: 'ExternalName', externalName: 'example.org' }),
      service(
        'apart',
        { clusterIP: '10.96.0.6' },
        {
          metadata: {
            name: 'apart',
            namespace: 'default',
            labels: { 'service.kubernetes.io/service-proxy-name': 'mine' },
          },
        },
      ),
    ]
    assert.deepEqual(rulesetOf(others, slices, network, undefined), rulesetOf([], [], network, undefined))
  })

  it('give no service what another has inside the cluster, whatever external address it asks for', () => {
    const thief = service('a-thief', { clusterIP: '10.96.0.6', externalIPs: ['10.96.0.5'] })
    const slices = [slice('web', [endpoint('10.244.1.2')]), slice('a-thief', [endpoint('10.244.1.66')])]
    assert.deepEqual(wayOf('services', key, [thief, web], slices), to('10.244.1.2 . 8080'))
    assert.deepEqual(wayOf('refused', key, [thief, web], slices.slice(1)), ['reject'])
    assert.equal(wayOf('services', key, [thief, web], slices.slice(1)), undefined)
  })

  it('cost one service what one service is', () => {
    const rules = rememberedRules()
    const services = Array.from({ length: 300 }, (_, n) => service(`s-${n}`, { clusterIP: `10.96.1.${n % 250}` }))
    const slices = services.map((_, n) => slice(`s-${n}`, [endpoint('10.244.1.2'), endpoint('10.244.1.3')]))
    const before = rulesetOf(services, slices, network, undefined, rules)
    const after = rulesetOf(services, slices.with(7, slice('s-7', [endpoint('10.244.1.2')])), network, undefined, rules)
    const commands = transactionOf('t', before, after).trim().split('\n')
    assert.equal(commands.length, 3, commands.join('\n'))
    assert.ok(transactionOf('t', nothingHeld, after).length > 100 * commands.join('').length)
    assert.equal(transactionOf('t', after, after), '')
  })
})
