import { matchesNodeSelectorTerm, isTolerated } from '@periplus/kinds'
import type { Score } from '../plugin.ts'
import { normalised } from './normalise.ts'

/** Fewest `PreferNoSchedule` taints that the pod doesn't tolerate. */
export const fewestTaints: Score = {
  name: 'TaintToleration',
  weight: 3,
  among: ({ pod }, nodes) => {
    if (nodes.every(({ discouraging }) => discouraging.length === 0)) return undefined
    const counts = nodes.map(
      ({ discouraging }) => discouraging.filter(taint => !isTolerated(pod.spec?.tolerations, taint)).length,
    )
    return counts.every(count => count === 0) ? undefined : normalised(counts, true)
  },
}

/** The preferred terms of node affinity, by weight. */
export const preferredNodes: Score = {
  name: 'NodeAffinity',
  weight: 2,
  among: ({ pod }, nodes) => {
    const terms = pod.spec?.affinity?.nodeAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? []
    if (terms.length === 0) return undefined
    return normalised(
      nodes.map(({ node }) =>
        terms.reduce(
          (sum, { weight, preference }) => sum + (matchesNodeSelectorTerm(preference, node) ? weight : 0),
          0,
        ),
      ),
    )
  },
}
