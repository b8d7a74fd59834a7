import type { NodeInfo } from '../node-info.ts'
import type { Score } from '../plugin.ts'
import { requestsOf } from '../requests.ts'
import type { Amounts } from '../requests.ts'

const scored = ['cpu', 'memory'] as const

/** The parts of what can be allocated that would be in use with the pod on the node, where there is any to allocate. */
const usage = ({ allocatable }: NodeInfo, used: Amounts, asked: Amounts): readonly number[] =>
  scored.flatMap(name => {
    const all = allocatable.get(name) ?? 0
    return all > 0 ? [Math.min(1, ((used.get(name) ?? 0) + (asked.get(name) ?? 0)) / all)] : []
  })

const mean = (values: readonly number[]): number =>
  values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length

/** The emptiest node. */
export const leastAllocated: Score = {
  name: 'NodeResourcesFit',
  weight: 1,
  of: ({ pod }, nodes) => {
    const asked = requestsOf(pod).assumed
    return nodes.map(node =>
      Math.floor(mean(usage(node, node.assumed, asked).map(part => Math.floor((1 - part) * 100)))),
    )
  },
}

/** The node whose cores and memory would be used alike. */
export const balancedAllocation: Score = {
  name: 'NodeResourcesBalancedAllocation',
  weight: 1,
  of: ({ pod }, nodes) => {
    const asked = requestsOf(pod).exact
    if (scored.every(name => !asked.get(name))) return undefined
    return nodes.map(node => {
      const parts = usage(node, node.requested, asked)
      const [first = 0, second = first] = parts
      return Math.floor((1 - Math.abs(first - second) / 2) * 100)
    })
  },
}
