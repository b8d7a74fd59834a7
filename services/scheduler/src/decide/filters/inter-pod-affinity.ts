import type { Stored } from '@periplus/api'
import type { Pod } from '@periplus/kinds'
import type { Cut } from '@periplus/projection'
import { affinityTermOf } from '../match/affinity-term.ts'
import type { AffinityTerm } from '../match/affinity-term.ts'
import { attitudesTo } from '../match/attitudes.ts'
import { sumsAt } from '../match/domains.ts'
import { podsMeantOn } from '../match/pods-meant.ts'
import { unresolvable, resolvable } from '../plugin.ts'
import type { Filter } from '../plugin.ts'

const required = (cut: Cut, pod: Stored<Pod>, which: 'podAffinity' | 'podAntiAffinity'): readonly AffinityTerm[] =>
  (pod.spec?.affinity?.[which]?.requiredDuringSchedulingIgnoredDuringExecution ?? []).map(term =>
    affinityTermOf(cut, pod, term),
  )

/** Terms that a node must meet, terms that it must not meet, and pods of which it meets a term that forbids it. */
export const interPodAffinity: Filter = {
  name: 'InterPodAffinity',
  spansNodes: true,
  prepare: question => {
    const { cut, pod, nodes } = question
    const wanted = required(cut, pod, 'podAffinity')
    const unwanted = required(cut, pod, 'podAntiAffinity')
    // What the pods that run wouldn't have beside them, where that means the pod in question.
    const repelling = attitudesTo(question, 'Repels')
    if (wanted.length === 0 && unwanted.length === 0 && repelling.length === 0) return undefined

    // Those that all of the terms mean, for each of their keys.
    const friends = wanted.map(({ topologyKey }) => podsMeantOn(nodes, topologyKey, wanted))
    const company = friends.map(sums => sumsAt(nodes, sums))
    // The first of a group that wants its own company would find no place.
    const first = friends.every(sums => sums.isEmpty) && wanted.every(term => term.means(pod))
    const foes = unwanted.map(term => sumsAt(nodes, podsMeantOn(nodes, term.topologyKey, [term])))
    const haters = repelling.map(({ sums }) => sumsAt(nodes, sums))
    return (node, place) => {
      const met = company.every(({ domain, at }) => (first ? domain(node, place) !== undefined : at(node, place) > 0))
      if (!met) return unresolvable("node(s) didn't match pod affinity rules")
      if (foes.some(({ at }) => at(node, place) > 0)) return resolvable("node(s) didn't match pod anti-affinity rules")
      if (haters.some(({ at }) => at(node, place) > 0))
        return resolvable("node(s) didn't satisfy existing pods anti-affinity rules")
      return undefined
    }
  },
}
