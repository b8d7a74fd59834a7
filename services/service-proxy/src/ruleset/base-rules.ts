import type { Chain } from '@periplus/net'
import { masqueradeMark } from '../node-network.ts'
import type { NodeNetwork } from '../node-network.ts'

/** Before addresses are translated, of connections that begin. */
const before = 'priority -110; policy accept;'
const translation = 'priority -100; policy accept;'

/** The chains that packets come in by, which look services up; they are the same whatever services there are. */
export const baseChains = ({
  podCidr,
  serviceCidr,
  bridge,
  gateway,
}: NodeNetwork): readonly (readonly [string, Chain])[] => {
  const service = 'ip daddr . meta l4proto . th dport'
  const nodePort = 'fib daddr type local ip daddr != 127.0.0.0/8 meta l4proto . th dport'
  const mark = `meta mark set meta mark or ${masqueradeMark}`
  return [
    ['filter-prerouting', { hook: `type filter hook prerouting ${before}`, rules: ['ct state new jump checks'] }],
    ['filter-output', { hook: `type filter hook output ${before}`, rules: ['ct state new jump checks'] }],
    ['refuse', { rules: ['reject'] }],
    [
      'checks',
      {
        rules: [`${service} vmap @guarded`, `${service} vmap @refused`, `${nodePort} vmap @refused-node-ports`],
      },
    ],
    ['nat-prerouting', { hook: `type nat hook prerouting ${translation}`, rules: ['jump services'] }],
    ['nat-output', { hook: `type nat hook output ${translation}`, rules: ['jump services'] }],
    [
      'services',
      {
        rules: [
          `ip daddr @cluster-ips ip saddr != ${podCidr} ${mark}`,
          `${service} vmap @services`,
          `${nodePort} vmap @node-ports`,
        ],
      },
    ],
    [
      'nat-postrouting',
      {
        hook: 'type nat hook postrouting priority 100; policy accept;',
        rules: [
          'ct status dnat ip saddr . ip daddr @hairpin masquerade',
          `meta mark and ${masqueradeMark} == ${masqueradeMark} meta mark set meta mark xor ${masqueradeMark} masquerade fully-random`,
          // Pods are known by their own addresses to all others, on whichever node, and have this machine's elsewhere.
          `ip saddr ${podCidr} oifname != "${bridge}" ip daddr != @pod-networks ip daddr != 224.0.0.0/4 masquerade`,
        ],
      },
    ],
    // What was not translated: a service's address at a port that it doesn't have, or an address that no service has.
    [
      'unknown-forward',
      { hook: 'type filter hook forward priority 0; policy accept;', rules: ['ct state new jump unknown'] },
    ],
    [
      'unknown-output',
      { hook: 'type filter hook output priority 0; policy accept;', rules: ['ct state new jump unknown'] },
    ],
    ['unknown', { rules: ['ip daddr @cluster-ips reject', `ip daddr ${serviceCidr} drop`] }],
    // While who answers for names is away, for a second or two, a refusal would end a client's question; without one it asks again.
    [
      'patient',
      {
        hook: 'type filter hook output priority 0; policy accept;',
        rules: [`ip saddr ${gateway} icmp type destination-unreachable icmp code port-unreachable ct status dnat drop`],
      },
    ],
    // What listens at the bridge's address is for the cluster alone. From there the machine itself asks services, too, whose pods may
    // answer from another node.
    [
      'inside-only',
      {
        hook: 'type filter hook input priority 0; policy accept;',
        rules: ['ct state established,related accept', `ip daddr ${gateway} iifname != { "lo", "${bridge}" } drop`],
      },
    ],
  ]
}
