import type { Controller, Decision, Key, Moment } from '@periplus/controller'
import { Node } from '@periplus/kinds'
import type { Cut } from '@periplus/projection'

/** The bits of an IPv4 network; `undefined` where it is none. */
const networkOf = (cidr: string): { readonly first: number; readonly bits: number } | undefined => {
  const [, address = '', length = ''] = /^(\d{1,3}(?:\.\d{1,3}){3})\/(\d{1,2})$/.exec(cidr) ?? []
  const bytes = address.split('.').map(Number)
  const bits = Number(length)
  if (bytes.length !== 4 || bytes.some(byte => byte > 255) || bits > 32) return undefined
  const all = bytes.reduce((sum, byte) => sum * 256 + byte, 0)
  return { first: all - (all % 2 ** (32 - bits)), bits }
}

const sizeOf = (bits: number): number => 2 ** (32 - bits)

const text = (first: number, bits: number): string =>
  `${[24, 16, 8, 0].map(shift => Math.floor(first / 2 ** shift) % 256).join('.')}/${bits}`

/** A node's share of the pods' addresses, as kube-controller-manager gives by itself. */
const share = 24

/** The lowest share of `cluster` that none of `taken` overlaps; `undefined` where all are taken. */
export const freeShare = (cluster: string, taken: readonly string[]): string | undefined => {
  const whole = networkOf(cluster)
  if (!whole || whole.bits > share) return undefined
  const others = taken.flatMap(cidr => networkOf(cidr) ?? []).sort((one, other) => one.first - other.first)
  let first = whole.first
  for (const other of others) {
    if (other.first >= first + sizeOf(share)) break
    const end = other.first + sizeOf(other.bits)
    if (end > first) first = Math.ceil(end / sizeOf(share)) * sizeOf(share)
  }
  return first + sizeOf(share) <= whole.first + sizeOf(whole.bits) ? text(first, share) : undefined
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
