import type { Stored } from '@periplus/api'
import type { Pod } from '@periplus/kinds'
import type { Cut } from '@periplus/projection'
import { affinityTermOf } from '../../src/decide/match/affinity-term.ts'
import type { AffinityTerm } from '../../src/decide/match/affinity-term.ts'
import { Domains } from './domains.ts'
import type { Score } from '../../src/decide/plugin.ts'

/** What a pod that runs must have near it is also something that it likes. */
const hardAffinityWeight = 1

interface Liking {
  readonly company: AffinityTerm
  /** Negative for what it would rather not have near it. */
  readonly weight: number
}

const preferences = (cut: Cut, pod: Stored<Pod>): readonly Liking[] => {
  const { podAffinity, podAntiAffinity } = pod.spec?.affinity ?? {}
  const of = (terms: typeof podAffinity | typeof podAntiAffinity, sign: 1 | -1): readonly Liking[] =>
    (terms?.preferredDuringSchedulingIgnoredDuringExecution ?? []).map(({ weight, podAffinityTerm }) => ({
      company: affinityTermOf(cut, pod, podAffinityTerm),
      weight: sign * weight,
    }))
  return [...of(podAffinity, 1), ...of(podAntiAffinity, -1)]
}

const mustHaves = (cut: Cut, pod: Stored<Pod>): readonly Liking[] =>
  (pod.spec?.affinity?.podAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? []).map(term => ({
    company: affinityTermOf(cut, pod, term),
    weight: hardAffinityWeight,
  }))

/** Near the company that it likes and that likes it, far from the other. */
export const slowGoodCompany: Score = {
  name: 'InterPodAffinity',
  weight: 2,
  among: ({ cut, pod, nodes }, { nodes: choice }) => {
    const likes = preferences(cut, pod)
    const domains = new Domains()
    for (const { company, weight } of likes)
      for (const node of nodes)
        for (const other of node.pods) if (company.means(other)) domains.add(company.topologyKey, node, weight)
    for (const node of nodes)
      for (const other of node.withPodAffinity)
        for (const { company, weight } of [...preferences(cut, other), ...mustHaves(cut, other)])
          if (company.means(pod)) domains.add(company.topologyKey, node, weight)
    if (domains.isEmpty) return undefined
    const keys = domains.keys()
    const sums = choice.map(node => keys.reduce((sum, key) => sum + domains.at(key, node), 0))
    const least = Math.min(...sums)
    const range = Math.max(...sums) - least
    return range === 0 ? undefined : sums.map(sum => Math.floor((100 * (sum - least)) / range))
  },
}
