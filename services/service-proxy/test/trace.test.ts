import assert from 'node:assert/strict'
import type { KubernetesObject } from '@periplus/api'
import { cutOf } from '@periplus/controller'
import { Pod } from '@periplus/kinds'
import type { NetworkPolicy } from '@periplus/kinds'
import type { NamedSet } from '@periplus/net'
import { tracing } from '../src/index.ts'
import type { PolicySaying } from '../src/index.ts'
import { walkPolicies } from '../src/trace/walk-policies.ts'
import { endpoint, namespace, pod, policy, service, slice } from './objects.ts'

const pods = [
  pod('a', '10.244.1.2'),
  pod('b', '10.244.1.3', { labels: { role: 'client' } }),
  pod('c', '10.244.1.4', { namespace: 'other', labels: { role: 'client' } }),
]
const stage = [...pods, namespace('default'), namespace('other', { team: 'x' })]

const between = (policies: readonly NetworkPolicy[], from: string, to: string, port = 8080, protocol = 'tcp') => {
  const cut = cutOf([...stage, ...policies] as readonly KubernetesObject[])
  const begun = cut.list(Pod).find(({ metadata }) => metadata.name === from)
  assert.ok(begun)
  const ip = pods.find(({ metadata }) => metadata?.name === to)?.status?.podIP ?? to
  const [end] = tracing(cut, begun)({ to: ip, port, protocol }).ends
  assert.ok(end)
  return end
}
const text = (said: PolicySaying): string => (said.tag === 'NoPolicy' ? said.why : `${said.tag} ${said.by.join()}`)

describe('the way of a connection', () => {
  it('is judged by the policies of both ends, each pair of peer and port as it says', () => {
    const ingress = [
      { from: [{ podSelector: { matchLabels: { role: 'client' } } }], ports: [{ port: 'web' }] },
      { from: [{ namespaceSelector: { matchLabels: { team: 'x' } } }], ports: [{ port: 90, endPort: 99 }] },
      { from: [{ ipBlock: { cidr: '192.0.2.0/24', except: ['192.0.2.128/25'] } }] },
    ]
    const some = [policy('some', { podSelector: { matchLabels: { name: 'a' } }, ingress })]
    assert.equal(text(between(some, 'b', 'a').ingress), 'Passes default/some')
    assert.equal(text(between(some, 'b', 'a', 90).ingress), 'Blocked default/some')
    assert.equal(text(between(some, 'b', 'a', 8080, 'udp').ingress), 'Blocked default/some')
    assert.equal(text(between(some, 'c', 'a', 95).ingress), 'Passes default/some')
    assert.equal(text(between(some, 'c', 'a', 100).ingress), 'Blocked default/some')
    assert.equal(text(between(some, 'a', 'b').ingress), 'no policy is about it')
    assert.equal(text(between(some, 'a', 'a').ingress), 'it is the pod itself')
    assert.equal(text(between(some, 'a', '203.0.113.1').ingress), 'there is no pod at this address')
  })

  it('passes where one of several policies lets it', () => {
    const deny = policy('deny', { podSelector: {}, policyTypes: ['Ingress', 'Egress'] })
    const out = policy('out', { podSelector: {}, egress: [{ to: [{ ipBlock: { cidr: '10.244.0.0/16' } }] }] })
    assert.equal(text(between([deny], 'a', 'b').egress), 'Blocked default/deny')
    assert.equal(text(between([deny, out], 'a', 'b').egress), 'Passes default/out')
    assert.equal(text(between([deny, out], 'a', '192.0.2.1').egress), 'Blocked default/deny,default/out')
  })

  it('knows every rule that policies become', () => {
    const rules = [
      'ip saddr 10.0.0.0/8 ip saddr != @not accept',
      'meta l4proto tcp ip daddr . th dport @places accept',
      'drop',
    ]
    const set = (...elements: readonly string[]): NamedSet => ({
      kind: 'set',
      type: 'x',
      elements: new Map(elements.map(one => [one, ''])),
    })
    const ruleset = {
      chains: new Map([['t', { rules }]]),
      sets: new Map<string, NamedSet>([
        ['policed-in', { kind: 'map', type: 'x', elements: new Map([['10.244.1.2', 'goto t']]) }],
        ['not', set('10.1.0.0/16')],
        ['places', set('10.244.1.2 . 80')],
      ]),
    }
    const passes = (from: string, port: number) =>
      walkPolicies(ruleset, 'in', { from, to: '10.244.1.2', protocol: 'tcp', port })?.passes
    assert.deepEqual([passes('10.2.0.1', 1), passes('10.1.0.1', 1), passes('10.1.0.1', 80)], [true, false, true])
    const strange = { ...ruleset, chains: new Map([['t', { rules: ['ct state new accept'] }]]) }
    assert.throws(() => walkPolicies(strange, 'in', { from: '1.1.1.1', to: '10.244.1.2', protocol: 'tcp', port: 1 }))
  })

  it('goes where the node’s rules lead it', () => {
    const way = (spec: object, ...endpoints: readonly Parameters<typeof endpoint>[]) => {
      const web = service('web', { clusterIP: '10.96.0.1', clusterIPs: ['10.96.0.1'], ...spec })
      const made = slice(
        'web',
        endpoints.map(one => endpoint(...one)),
      )
      const cut = cutOf([...stage, web, made] as readonly KubernetesObject[])
      const begun = cut.get(Pod, 'default', 'a')
      assert.ok(begun)
      const { translation, ends } = tracing(cut, begun)({ to: '10.96.0.1', port: 80, protocol: 'tcp' })
      return [translation.tag, ends.map(({ ip, port, pod: name }) => `${ip}:${port} ${name}`)]
    }
    const both = ['10.244.1.3:8080 default/b', '10.244.1.9:8080 undefined']
    assert.deepEqual(way({}, ['10.244.1.3'], ['10.244.1.9@there']), ['Led', both])
    assert.deepEqual(way({ sessionAffinity: 'ClientIP' }, ['10.244.1.3'], ['10.244.1.9@there']), ['Led', both])
    assert.deepEqual(way({ internalTrafficPolicy: 'Local' }, ['10.244.1.3'], ['10.244.1.9@there']), [
      'Led',
      both.slice(0, 1),
    ])
    assert.deepEqual(way({ internalTrafficPolicy: 'Local' }, ['10.244.1.9@there']), ['Dropped', []])
    assert.deepEqual(way({}, ['10.244.1.3', { conditions: { ready: false } }]), ['Refused', []])
    assert.deepEqual(way({ ports: [{ name: 'http', port: 81 }] }), ['NoSuchPort', []])
    assert.deepEqual(way({ clusterIP: '10.96.0.2', clusterIPs: ['10.96.0.2'] }), ['None', ['10.96.0.1:80 undefined']])
  })
})
