import type { Node } from './schema.ts'

/** What a node doesn't keep back can be allocated. */
export const nodeDefaults = (node: Node): Node =>
  node.status?.capacity && !node.status.allocatable
    ? { ...node, status: { ...node.status, allocatable: node.status.capacity } }
    : node
