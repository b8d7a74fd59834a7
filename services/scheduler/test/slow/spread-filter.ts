import { own } from '@periplus/prelude'
import { spreadsOf } from '../../src/decide/match/spread.ts'
import type { Spread } from '../../src/decide/match/spread.ts'
import type { NodeInfo } from '../../src/decide/node-info.ts'
import { unresolvable, resolvable } from '../../src/decide/plugin.ts'
import type { Filter } from '../../src/decide/plugin.ts'

interface Counted {
  readonly spread: Spread
  readonly counts: ReadonlyMap<string, number>
  readonly least: number
}

/** Pods per domain; only nodes that have all of the keys make domains. */
const count = (spread: Spread, all: readonly Spread[], nodes: readonly NodeInfo[]): Counted => {
  const counts = new Map<string, number>()
  for (const node of nodes) {
    const value = own(node.labels, spread.key)
    if (value === undefined || !all.every(({ key }) => own(node.labels, key) !== undefined) || !spread.includes(node))
      continue
    counts.set(value, (counts.get(value) ?? 0) + spread.on(node))
  }
  // Fewer domains than are asked for: the missing ones count as empty.
  const least = counts.size < spread.minDomains ? 0 : Math.min(...counts.values())
  return { spread, counts, least }
}

/** With the pod, no domain may have more than `maxSkew` above the one with the fewest. */
export const slowTopologySpread: Filter = {
  name: 'PodTopologySpread',
  spansNodes: true,
  prepare: ({ pod, nodes }) => {
    const spreads = spreadsOf(pod, 'DoNotSchedule')
    if (spreads.length === 0) return undefined
    const counted = spreads.map(spread => count(spread, spreads, nodes))
    return node => {
      for (const { spread, counts, least } of counted) {
        const value = own(node.labels, spread.key)
        if (value === undefined)
          return unresolvable("node(s) didn't match pod topology spread constraints (missing required label)")
        const skew = (counts.get(value) ?? 0) + Number(spread.counts) - (Number.isFinite(least) ? least : 0)
        if (skew > spread.maxSkew) return resolvable("node(s) didn't match pod topology spread constraints")
      }
      return undefined
    }
  },
}
