import type { Namespace, NetworkPolicy, Pod } from '@periplus/kinds'
import type { Chain, NamedSet, Ruleset } from '@periplus/net'
import { hashOf } from '../names-of.ts'
import { podChooser, policedPods } from './policed-pods.ts'
import type { EarlyAddresses } from './policed-pods.ts'
import { isAbout, policyRules, subjectsOf } from './policy-rules.ts'
import type { Direction } from './policy-rules.ts'

export interface PolicyObjects {
  readonly policies: readonly NetworkPolicy[]
  readonly pods: readonly Pod[]
  readonly namespaces: readonly Namespace[]
}

/** A packet must pass both chains: out of the one pod and into the other. What is accepted in one goes on to the next. */
const priorities = { out: -6, in: -5 } as const

/**
 * What the policies of one moment let pass to and from the pods of this node, between pods and with the world outside. A node's own
 * traffic with its pods always passes, as Kubernetes has it, and what was let through once passes until it ends.
 */
export const policyRuleset = (
  { policies, pods, namespaces }: PolicyObjects,
  nodeName: string,
  early: EarlyAddresses,
): Ruleset => {
  const chains = new Map<string, Chain>()
  const sets = new Map<string, NamedSet>()
  const choose = podChooser(policies.length === 0 ? [] : policedPods(pods, early), namespaces)
  for (const direction of ['out', 'in'] as const) {
    const byPod = new Map<string, string[]>()
    for (const policy of policies.filter(each => isAbout(each, direction))) {
      const own = subjectsOf(policy, choose).filter(pod => pod.nodeName === nodeName)
      if (own.length === 0) continue
      const rules = policyRules(policy, direction, choose)
      for (const [name, chain] of rules.chains) chains.set(name, chain)
      for (const [name, set] of rules.sets) sets.set(name, set)
      for (const { ip } of own) byPod.set(ip, [...(byPod.get(ip) ?? []), rules.name])
    }
    const verdicts = new Map<string, string>()
    for (const [ip, names] of byPod) {
      const name = `t-${hashOf(direction, ...names)}`
      chains.set(name, { rules: [...names.map(policy => `jump ${policy}`), 'drop'] })
      verdicts.set(ip, `goto ${name}`)
    }
    chains.set(`policy-${direction}`, baseChain(direction))
    sets.set(`policed-${direction}`, { kind: 'map', type: 'ipv4_addr : verdict', elements: verdicts })
  }
  return { chains, sets }
}

const baseChain = (direction: Direction): Chain => ({
  hook: `type filter hook forward priority ${priorities[direction]}; policy accept;`,
  rules: [
    'ct state established,related accept',
    // Nothing keeps a pod from itself, to which it comes by a service.
    'ip saddr . ip daddr @hairpin accept',
    `ip ${direction === 'in' ? 'daddr' : 'saddr'} vmap @policed-${direction}`,
  ],
})
