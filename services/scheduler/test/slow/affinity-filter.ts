import { own } from '@periplus/prelude'
import type { Stored } from '@periplus/api'
import type { Pod } from '@periplus/kinds'
import type { Cut } from '@periplus/projection'
import { affinityTermOf } from '../../src/decide/match/affinity-term.ts'
import type { AffinityTerm } from '../../src/decide/match/affinity-term.ts'
import { Domains } from './domains.ts'
import type { NodeInfo } from '../../src/decide/node-info.ts'
import { unresolvable, resolvable } from '../../src/decide/plugin.ts'
import type { Filter, Question } from '../../src/decide/plugin.ts'

const required = (cut: Cut, pod: Stored<Pod>, which: 'podAffinity' | 'podAntiAffinity'): readonly AffinityTerm[] =>
  (pod.spec?.affinity?.[which]?.requiredDuringSchedulingIgnoredDuringExecution ?? []).map(term =>
    affinityTermOf(cut, pod, term),
  )

/** What the pods that run wouldn't have beside them, where that means the pod in question. */
const repelled = ({ cut, pod, nodes }: Question): Domains => {
  const domains = new Domains()
  for (const node of nodes)
    for (const other of node.withPodAffinity)
      for (const { topologyKey, means } of required(cut, other, 'podAntiAffinity'))
        if (means(pod)) domains.add(topologyKey, node, 1)
  return domains
}

const counted = (
  nodes: readonly NodeInfo[],
  terms: readonly AffinityTerm[],
  means: (pod: Stored<Pod>) => boolean,
): Domains => {
  const domains = new Domains()
  for (const node of nodes) {
    const count = node.pods.reduce((sum, pod) => sum + Number(means(pod)), 0)
    if (count > 0) for (const { topologyKey } of terms) domains.add(topologyKey, node, count)
  }
  return domains
}

/** Terms that a node must meet, terms that it must not meet, and pods of which it meets a term that forbids it. */
export const slowInterPodAffinity: Filter = {
  name: 'InterPodAffinity',
  spansNodes: true,
  prepare: question => {
    const { cut, pod, nodes } = question
    const wanted = required(cut, pod, 'podAffinity')
    const unwanted = required(cut, pod, 'podAntiAffinity')
    const repelling = repelled(question)
    if (wanted.length === 0 && unwanted.length === 0 && repelling.isEmpty) return undefined

    const friends = counted(nodes, wanted, other => wanted.every(term => term.means(other)))
    // The first of a group that wants its own company would find no place.
    const first = friends.isEmpty && wanted.every(term => term.means(pod))
    const foes = unwanted.map(term => ({ term, at: counted(nodes, [term], term.means) }))
    return node => {
      const met = wanted.every(
        ({ topologyKey }) =>
          own(node.labels, topologyKey) !== undefined && (first || friends.at(topologyKey, node) > 0),
      )
      if (!met) return unresolvable("node(s) didn't match pod affinity rules")
      if (foes.some(({ term, at }) => at.at(term.topologyKey, node) > 0))
        return resolvable("node(s) didn't match pod anti-affinity rules")
      if (repelling.keys().some(key => repelling.at(key, node) > 0))
        return resolvable("node(s) didn't satisfy existing pods anti-affinity rules")
      return undefined
    }
  },
}
