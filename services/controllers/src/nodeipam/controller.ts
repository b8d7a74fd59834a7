import type { Controller, Decision, Key, Moment } from '@periplus/controller'
import { Node, ipText, ipv4BlockOf } from '@periplus/kinds'
import type { Cut } from '@periplus/projection'

/** A node's share of the pods' addresses, as kube-controller-manager gives by itself. */
const shareBits = 24
const shareSize = 2n ** BigInt(32 - shareBits)

/** The lowest share of `cluster` that none of `taken` overlaps; `undefined` where all are taken. */
export const freeShare = (cluster: string, taken: readonly string[]): string | undefined => {
  const whole = ipv4BlockOf(cluster)
  if (!whole || whole.bits > shareBits) return undefined
  const others = taken.flatMap(cidr => ipv4BlockOf(cidr) ?? []).sort((one, other) => Number(one.first - other.first))
  let { first } = whole
  for (const other of others) {
    if (other.first >= first + shareSize) break
    if (other.last >= first) first = (other.last / shareSize + 1n) * shareSize
  }
  return first + shareSize - 1n <= whole.last ? `${ipText(first, 4)}/${shareBits}` : undefined
}

const decide = (cut: Cut, { name }: Key, { inputs }: Moment): Decision => {
  const node = cut.get(Node, '', name)
  if (!node) return { commands: [], why: 'the node is gone' }
  if (node.spec?.podCIDR) return { commands: [], why: `its pods have ${node.spec.podCIDR}` }
  const cluster = inputs?.['clusterCidr'] ?? ''
  const taken = cut
    .list(Node)
    .flatMap(({ spec }) => [...(spec?.podCIDRs ?? []), ...(spec?.podCIDR ? [spec.podCIDR] : [])])
  const podCIDR = freeShare(cluster, taken)
  if (podCIDR === undefined) return { commands: [], requeueAfter: 60_000, why: `no addresses of ${cluster} are left` }
  const object = { ...node, spec: { ...node.spec, podCIDR, podCIDRs: [podCIDR] } }
  return { commands: [{ verb: 'update', kind: Node, object }], why: `it is given ${podCIDR} for its pods` }
}

/** Gives each node that came without one a network for its pods, out of `clusterCidr`; a node keeps what it has. */
export const nodeIpamController = (clusterCidr: string): Controller => ({
  name: 'nodeipam',
  version: 1,
  inputs: { clusterCidr },
  // Each decision must see the one before it: two nodes are never given one network.
  batch: 1,
  primary: Node,
  wakesItself: ({ after }) => after !== undefined && !(after as Node).spec?.podCIDR,
  watches: [],
  decide,
})
