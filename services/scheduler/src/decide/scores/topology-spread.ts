import { own } from '@periplus/prelude'
import { keptAnswers } from '../kept.ts'
import type { AnswerAt } from '../kept.ts'
import { domainsOf } from '../match/domains.ts'
import { defaultSpreads, spreadsOf } from '../match/spread.ts'
import type { Spread } from '../match/spread.ts'
import { tallyOf } from '../match/tally.ts'
import type { NodeInfo } from '../node-info.ts'
import type { Choice, Score } from '../plugin.ts'

const hostname = 'kubernetes.io/hostname'

/** So many constraints' counts are kept. */
const mostSpreads = 64

const counted = keptAnswers<number>(mostSpreads)

/** Per node to choose from: how crowded its domain is, rarer domains counting for less. */
const crowding = (spread: Spread, choice: Choice, nodes: readonly NodeInfo[]): readonly number[] => {
  const domain = domainsOf(nodes, spread.key)
  const each = <A>(of: AnswerAt<A>): readonly A[] => choice.nodes.map((node, i) => of(node, choice.places[i] as number))
  const domains = each(domain)
  const values = new Set(domains.filter(value => value !== undefined))
  const weight = Math.log(values.size + 2)
  const score = (count: number): number => count * weight + (spread.maxSkew - 1)
  if (spread.key === hostname) return each(counted(nodes, spread.id, node => spread.on(node))).map(score)
  if (values.size === 0) return domains.map(() => 0)
  const counts = tallyOf(nodes, {
    id: `spread: ${spread.id}`,
    topologyKey: spread.key,
    on: node => (spread.includes(node) ? spread.on(node) : undefined),
  })
  return domains.map(value => (value === undefined ? 0 : score(counts.of(value))))
}

/** The domains with the fewest of the pod's kin. */
export const spreadWidely: Score = {
  name: 'PodTopologySpread',
  weight: 2,
  among: ({ cut, pod, nodes }, choice) => {
    const asked = spreadsOf(pod, 'ScheduleAnyway')
    const spreads = asked.length > 0 ? asked : defaultSpreads(cut, pod)
    if (spreads.length === 0) return undefined
    const each = spreads.map(spread => crowding(spread, choice, nodes))
    // The pod's own constraints leave out nodes without their labels; the default ones take them as they are.
    const ignored = choice.nodes.map(({ labels }) => asked.some(({ key }) => own(labels, key) === undefined))
    const totals = choice.nodes.map((_, i) => Math.round(each.reduce((sum, values) => sum + (values[i] ?? 0), 0)))
    const counted = totals.filter((_, i) => !ignored[i])
    const most = Math.max(0, ...counted)
    const least = Math.min(Infinity, ...counted)
    return totals.map((total, i) =>
      ignored[i] ? 0 : most === 0 ? 100 : Math.floor((100 * (most + least - total)) / most),
    )
  },
}
