import { own } from '@periplus/prelude'
import { sumsAt } from '../match/domains.ts'
import type { SumsAt } from '../match/domains.ts'
import { spreadsOf } from '../match/spread.ts'
import type { Spread } from '../match/spread.ts'
import { tallyOf } from '../match/tally.ts'
import type { NodeInfo } from '../node-info.ts'
import { unresolvable, resolvable } from '../plugin.ts'
import type { Filter } from '../plugin.ts'

interface Counted {
  readonly spread: Spread
  readonly counts: SumsAt
  readonly least: number
}

/** Pods per domain; only nodes that have all of the keys make domains. */
const count = (spread: Spread, all: readonly Spread[], nodes: readonly NodeInfo[]): Counted => {
  const keys = all.map(({ key }) => key)
  const counts = tallyOf(nodes, {
    id: `spread over nodes with ${JSON.stringify(keys)}: ${spread.id}`,
    topologyKey: spread.key,
    on: node =>
      keys.every(key => own(node.labels, key) !== undefined) && spread.includes(node) ? spread.on(node) : undefined,
  })
  let domains = 0
  let least = Infinity
  for (const sum of counts.sums()) {
    domains++
    least = Math.min(least, sum)
  }
  // Fewer domains than are asked for: the missing ones count as empty.
  return { spread, counts: sumsAt(nodes, counts), least: domains < spread.minDomains ? 0 : least }
}

/** With the pod, no domain may have more than `maxSkew` above the one with the fewest. */
export const topologySpread: Filter = {
  name: 'PodTopologySpread',
  spansNodes: true,
  prepare: ({ pod, nodes }) => {
    const spreads = spreadsOf(pod, 'DoNotSchedule')
    if (spreads.length === 0) return undefined
    const counted = spreads.map(spread => count(spread, spreads, nodes))
    return (node, place) => {
      for (const { spread, counts, least } of counted) {
        if (counts.domain(node, place) === undefined)
          return unresolvable("node(s) didn't match pod topology spread constraints (missing required label)")
        const skew = counts.at(node, place) + Number(spread.counts) - (Number.isFinite(least) ? least : 0)
        if (skew > spread.maxSkew) return resolvable("node(s) didn't match pod topology spread constraints")
      }
      return undefined
    }
  },
}
