import { matchesNodeSelectorTerm, isTolerated } from '@periplus/kinds'
import type { Score } from '../plugin.ts'
import { normalised } from './normalise.ts'

/** Fewest `PreferNoSchedule` taints that the pod doesn't tolerate. */
export const fewestTaints: Score = {
  name: 'TaintToleration',
  weight: 3,
  each:
    ({ spec }) =>
    ({ discouraging }) =>
      discouraging.filter(taint => !isTolerated(spec?.tolerations, taint)).length,
  held: counts => (counts.every(count => count === 0) ? undefined : normalised(counts, true)),
}

/** The preferred terms of node affinity, by weight. */
export const preferredNodes: Score = {
  name: 'NodeAffinity',
  weight: 2,
  each: ({ spec }) => {
    const terms = spec?.affinity?.nodeAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? []
    if (terms.length === 0) return undefined
    return ({ node }) =>
      terms.reduce((sum, { weight, preference }) => sum + (matchesNodeSelectorTerm(preference, node) ? weight : 0), 0)
  },
  held: weights => normalised(weights),
}
