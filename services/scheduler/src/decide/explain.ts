import type { Objections } from './place.ts'

/** `0/3 nodes are available: 1 Insufficient cpu, 2 node(s) were unschedulable.`, as Kubernetes' `FitError` says it. */
export const fitError = (nodeCount: number, objections: Objections, more = ''): string => {
  if (nodeCount === 0) return 'no nodes available to schedule pods'
  return [`0/${nodeCount} nodes are available: ${histogram(objections)}.`, more].filter(part => part !== '').join(' ')
}

export const histogram = (objections: Objections): string => {
  const counts = new Map<string, number>()
  for (const { reasons } of objections.values())
    for (const reason of reasons) counts.set(reason, (counts.get(reason) ?? 0) + 1)
  return [...counts]
    .map(([reason, count]) => `${count} ${reason}`)
    .sort()
    .join(', ')
}

/** At most this many nodes are named one by one. */
const namedNodes = 10

/** Node by node, for `why`. */
export const nodeByNode = (objections: Objections): string => {
  const named = [...objections].slice(0, namedNodes).map(([{ name }, { reasons }]) => `${name}: ${reasons.join(', ')}`)
  const rest = objections.size - named.length
  return named.join('; ') + (rest > 0 ? `; and ${rest} more nodes` : '')
}
