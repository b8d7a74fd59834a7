import { firstAndAll } from '../first-and-all.ts'
import type { Node } from './schema.ts'

const same = (text: string): string => text

/** What a node doesn't keep back can be allocated; its first network is said twice. */
export const nodeDefaults = (node: Node): Node => withNetworks(withAllocatable(node))

const withAllocatable = (node: Node): Node =>
  node.status?.capacity && !node.status.allocatable
    ? { ...node, status: { ...node.status, allocatable: node.status.capacity } }
    : node

const withNetworks = (node: Node): Node => {
  const { podCIDR, podCIDRs } = node.spec ?? {}
  const { first, all } = firstAndAll(podCIDR, podCIDRs, same, same)
  if (first === podCIDR && all === podCIDRs) return node
  return { ...node, spec: { ...node.spec, ...(first ? { podCIDR: first } : {}), ...(all ? { podCIDRs: all } : {}) } }
}
