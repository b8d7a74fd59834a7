import { own } from '@periplus/prelude'
import { defaultSpreads, spreadsOf } from '../../src/decide/match/spread.ts'
import type { Spread } from '../../src/decide/match/spread.ts'
import type { NodeInfo } from '../../src/decide/node-info.ts'
import type { Score } from '../../src/decide/plugin.ts'

const hostname = 'kubernetes.io/hostname'

/** Per node to choose from: how crowded its domain is, rarer domains counting for less. */
const crowding = (spread: Spread, choice: readonly NodeInfo[], nodes: readonly NodeInfo[]): readonly number[] => {
  const values = new Set(choice.map(({ labels }) => own(labels, spread.key)).filter(value => value !== undefined))
  const weight = Math.log(values.size + 2)
  const score = (count: number): number => count * weight + (spread.maxSkew - 1)
  if (spread.key === hostname) return choice.map(node => score(spread.on(node)))
  if (values.size === 0) return choice.map(() => 0)
  const counts = new Map<string, number>()
  for (const node of nodes) {
    const value = own(node.labels, spread.key)
    if (value !== undefined && values.has(value) && spread.includes(node))
      counts.set(value, (counts.get(value) ?? 0) + spread.on(node))
  }
  return choice.map(({ labels }) => {
    const value = own(labels, spread.key)
    return value === undefined ? 0 : score(counts.get(value) ?? 0)
  })
}

/** The domains with the fewest of the pod's kin. */
export const slowSpreadWidely: Score = {
  name: 'PodTopologySpread',
  weight: 2,
  among: ({ cut, pod, nodes }, { nodes: choice }) => {
    const asked = spreadsOf(pod, 'ScheduleAnyway')
    const spreads = asked.length > 0 ? asked : defaultSpreads(cut, pod)
    if (spreads.length === 0) return undefined
    const each = spreads.map(spread => crowding(spread, choice, nodes))
    // The pod's own constraints leave out nodes without their labels; the default ones take them as they are.
    const ignored = choice.map(({ labels }) => asked.some(({ key }) => own(labels, key) === undefined))
    const totals = choice.map((_, i) => Math.round(each.reduce((sum, values) => sum + (values[i] ?? 0), 0)))
    const counted = totals.filter((_, i) => !ignored[i])
    const most = Math.max(0, ...counted)
    const least = Math.min(Infinity, ...counted)
    return totals.map((total, i) =>
      ignored[i] ? 0 : most === 0 ? 100 : Math.floor((100 * (most + least - total)) / most),
    )
  },
}
