import type { NodeInfo } from '../node-info.ts'
import type { AffinityTerm } from './affinity-term.ts'
import type { Sums } from './sums.ts'
import { tallyOf } from './tally.ts'

/** How many pods all of the terms mean, by the domains of one topology key; those without any are left out. */
export const podsMeantOn = (nodes: readonly NodeInfo[], topologyKey: string, terms: readonly AffinityTerm[]): Sums =>
  tallyOf(nodes, {
    id: `pods meant by ${terms.map(({ id }) => id).join(' and ')}`,
    topologyKey,
    basis: terms.find(({ basis }) => basis)?.basis,
    on: ({ pods }) => {
      let count = 0
      for (const pod of pods) if (terms.every(({ means }) => means(pod))) count++
      return count > 0 ? count : undefined
    },
  })
