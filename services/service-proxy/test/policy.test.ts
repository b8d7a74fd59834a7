import assert from 'node:assert/strict'
import type { NetworkPolicy } from '@periplus/kinds'
import { policyRuleset } from '../src/policy/policy-ruleset.ts'
import { namespace, pod, policy } from './objects.ts'

const pods = [
  pod('a', '10.244.1.2'),
  pod('b', '10.244.1.3', { labels: { role: 'client' } }),
  pod('c', '10.244.1.4', { namespace: 'other', labels: { role: 'client' } }),
]
const namespaces = [namespace('default'), namespace('other', { team: 'x' })]

/** What may pass in `direction` for the pod at `ip`: every statement on the way, sets written out; `undefined`: nobody asks. */
const rulesFor = (
  ip: string,
  direction: 'in' | 'out',
  policies: readonly NetworkPolicy[],
  early: ReadonlyMap<string, string> = new Map(),
): readonly string[] | undefined => {
  const { chains, sets } = policyRuleset({ policies, pods, namespaces }, 'here', early)
  const follow = (statement: string): readonly string[] => {
    const [, chain = ''] = /(?:goto|jump) ([\w-]+)$/.exec(statement) ?? []
    const own = statement
      .replace(/ ?(goto|jump) [\w-]+$/, '')
      .replace(/@([\w-]+)/, (_, name: string) => `{${[...(sets.get(name)?.elements?.keys() ?? [])].join(',')}}`)
    const after = (chains.get(chain)?.rules ?? []).flatMap(follow)
    return own === '' ? after : [own, ...after]
  }
  const verdict = sets.get(`policed-${direction}`)?.elements?.get(ip)
  return verdict === undefined ? undefined : follow(verdict)
}

describe('network policies', () => {
  it('are about the pods that they select, in the directions that they name', () => {
    const deny = policy('deny', { podSelector: { matchLabels: { name: 'a' } } })
    assert.deepEqual(rulesFor('10.244.1.2', 'in', [deny]), ['drop'])
    assert.equal(rulesFor('10.244.1.2', 'out', [deny]), undefined)
    assert.equal(rulesFor('10.244.1.3', 'in', [deny]), undefined)
    const both = policy('both', { podSelector: {}, policyTypes: ['Ingress', 'Egress'] })
    assert.deepEqual(rulesFor('10.244.1.3', 'out', [both]), ['drop'])
    assert.equal(rulesFor('10.244.1.4', 'in', [both]), undefined, 'of another namespace')
  })

  it('let through whom their peers are: pods, those of namespaces, addresses', () => {
    const from = (peers: NonNullable<NonNullable<NetworkPolicy['spec']>['ingress']>[number]['from']) =>
      rulesFor('10.244.1.2', 'in', [policy('p', { podSelector: {}, ingress: [{ from: peers ?? [] }] })])
    const client = { matchLabels: { role: 'client' } }
    assert.deepEqual(from([{ podSelector: client }]), ['ip saddr {10.244.1.3} accept', 'drop'])
    assert.deepEqual(from([{ namespaceSelector: {} }]), ['ip saddr {10.244.1.2,10.244.1.3,10.244.1.4} accept', 'drop'])
    assert.deepEqual(from([{ podSelector: client, namespaceSelector: { matchLabels: { team: 'x' } } }]), [
      ...['ip saddr {10.244.1.4} accept', 'drop'],
    ])
    assert.deepEqual(from([{ ipBlock: { cidr: '10.0.0.0/8', except: ['10.1.0.0/16', 'x', 'fd00::/8'] } }]), [
      ...['ip saddr 10.0.0.0/8 ip saddr != {10.1.0.0/16} accept', 'drop'],
    ])
    assert.deepEqual(from([{ ipBlock: { cidr: 'fd00::/8' } }]), ['drop'])
    assert.deepEqual(from([]), ['accept', 'drop'], 'no peers: everybody')
  })

  it('let through to ports: numbers, ranges, names, protocols', () => {
    const ports = [
      { port: 80 },
      { protocol: 'UDP', port: 1000, endPort: 2000 },
      { protocol: 'SCTP' },
      { port: 'web' },
      { port: 'unknown' },
      { port: 70_000 },
    ]
    const matches = ['tcp dport 80 accept', 'udp dport 1000-2000 accept', 'meta l4proto sctp accept']
    assert.deepEqual(rulesFor('10.244.1.2', 'in', [policy('p', { podSelector: {}, ingress: [{ ports }] })]), [
      ...matches,
      'meta l4proto tcp ip daddr . th dport {10.244.1.2 . 8080,10.244.1.3 . 8080} accept',
      'meta l4proto tcp ip daddr . th dport {} accept',
      'drop',
    ])
    const egress = [{ ports: [{ port: 'web' }], to: [{ podSelector: { matchLabels: { name: 'b' } } }] }]
    assert.deepEqual(rulesFor('10.244.1.2', 'out', [policy('p', { podSelector: {}, egress })]), [
      'ip daddr {10.244.1.3}',
      ...['meta l4proto tcp ip daddr . th dport {10.244.1.3 . 8080} accept', 'drop'],
    ])
  })

  it('add up', () => {
    const one = policy('one', { podSelector: {}, ingress: [{ ports: [{ port: 80 }] }] })
    const two = policy('two', { podSelector: { matchLabels: { name: 'a' } }, ingress: [{ ports: [{ port: 81 }] }] })
    assert.deepEqual(rulesFor('10.244.1.2', 'in', [one, two]), ['tcp dport 80 accept', 'tcp dport 81 accept', 'drop'])
    assert.deepEqual(rulesFor('10.244.1.3', 'in', [one, two]), ['tcp dport 80 accept', 'drop'])
  })

  it('know pods that have an address which the log does not have yet', () => {
    const waiting = { ...pod('new', ''), metadata: { ...pod('new', '').metadata, uid: 'u' } }
    const { sets } = policyRuleset(
      { policies: [policy('deny', { podSelector: {} })], pods: [waiting], namespaces },
      'here',
      new Map([['u', '10.244.1.9']]),
    )
    assert.deepEqual([...(sets.get('policed-in')?.elements?.keys() ?? [])], ['10.244.1.9'])
  })

  it('are about no pod that ended, that is elsewhere, or that is its host', () => {
    const [first = pod('', '')] = pods
    const others = [
      { ...first, status: { ...first.status, phase: 'Succeeded' } },
      { ...first, spec: { ...first.spec, containers: [], nodeName: 'there' } },
      { ...first, spec: { ...first.spec, containers: [], hostNetwork: true } },
    ]
    const { sets } = policyRuleset(
      { policies: [policy('d', { podSelector: {} })], pods: others, namespaces },
      'here',
      new Map(),
    )
    assert.equal(sets.get('policed-in')?.elements?.size, 0)
  })
})
