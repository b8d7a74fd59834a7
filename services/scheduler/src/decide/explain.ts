import type { NodeInfo } from './node-info.ts'
import type { Objections } from './place.ts'
import type { Objection } from './plugin.ts'

/** `0/3 nodes are available: 1 Insufficient cpu, 2 node(s) were unschedulable.`, as Kubernetes' `FitError` says it. */
export const fitError = (nodeCount: number, objections: Objections, more = ''): string => {
  if (nodeCount === 0) return 'no nodes available to schedule pods'
  return [`0/${nodeCount} nodes are available: ${histogram(objections)}.`, more].filter(part => part !== '').join(' ')
}

export const histogram = (objections: readonly Objection[]): string => {
  // Most nodes share a few.
  const alike = new Map<Objection, number>()
  for (const objection of objections) alike.set(objection, (alike.get(objection) ?? 0) + 1)
  const counts = new Map<string, number>()
  for (const [{ reasons }, count] of alike)
    for (const reason of reasons) counts.set(reason, (counts.get(reason) ?? 0) + count)
  return [...counts]
    .map(([reason, count]) => `${count} ${reason}`)
    .sort()
    .join(', ')
}

/** At most this many nodes are named one by one. */
const namedNodes = 10

/** Node by node, for `why`. */
export const nodeByNode = (nodes: readonly NodeInfo[], objections: Objections): string => {
  const named = nodes.slice(0, namedNodes).map(({ name }, i) => `${name}: ${objections[i]?.reasons.join(', ')}`)
  const rest = nodes.length - named.length
  return named.join('; ') + (rest > 0 ? `; and ${rest} more nodes` : '')
}
