import type { NodeInfo } from '../node-info.ts'
import type { Score } from '../plugin.ts'
import { requestsOf } from '../requests.ts'
import type { Amounts } from '../requests.ts'

const scored = ['cpu', 'memory'] as const

/** The part of a resource that would be in use with the pod on the node; `undefined` where there is none to allocate. */
const usage = (name: string, { allocatable }: NodeInfo, used: Amounts, asked: Amounts): number | undefined => {
  const all = allocatable.get(name) ?? 0
  return all > 0 ? Math.min(1, ((used.get(name) ?? 0) + (asked.get(name) ?? 0)) / all) : undefined
}

/** The emptiest node. */
export const leastAllocated: Score = {
  name: 'NodeResourcesFit',
  weight: 1,
  each: pod => {
    const asked = requestsOf(pod).assumed
    return node => {
      let sum = 0
      let count = 0
      for (const name of scored) {
        const part = usage(name, node, node.assumed, asked)
        if (part === undefined) continue
        sum += Math.floor((1 - part) * 100)
        count++
      }
      return count === 0 ? 0 : Math.floor(sum / count)
    }
  },
}

/** The node whose cores and memory would be used alike. */
export const balancedAllocation: Score = {
  name: 'NodeResourcesBalancedAllocation',
  weight: 1,
  each: pod => {
    const asked = requestsOf(pod).exact
    if (scored.every(name => !asked.get(name))) return undefined
    return node => {
      const cpu = usage('cpu', node, node.requested, asked)
      const memory = usage('memory', node, node.requested, asked)
      return cpu === undefined || memory === undefined ? 100 : Math.floor((1 - Math.abs(cpu - memory) / 2) * 100)
    }
  },
}
