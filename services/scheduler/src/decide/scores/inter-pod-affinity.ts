import { affinityTermOf } from '../match/affinity-term.ts'
import { attitudesTo } from '../match/attitudes.ts'
import { sumsAt } from '../match/domains.ts'
import { podsMeantOn } from '../match/pods-meant.ts'
import type { Sums } from '../match/sums.ts'
import type { Question, Score } from '../plugin.ts'

/** What counts for so much in each domain. */
interface Weighed {
  readonly sums: Sums
  /** Negative for what is not liked. */
  readonly weight: number
}

/** The company that the pod likes, where it is. */
const liked = ({ cut, pod, nodes }: Question): readonly Weighed[] => {
  const { podAffinity, podAntiAffinity } = pod.spec?.affinity ?? {}
  const of = (terms: typeof podAffinity | typeof podAntiAffinity, sign: 1 | -1): readonly Weighed[] =>
    (terms?.preferredDuringSchedulingIgnoredDuringExecution ?? []).map(({ weight, podAffinityTerm }) => {
      const term = affinityTermOf(cut, pod, podAffinityTerm)
      return { sums: podsMeantOn(nodes, term.topologyKey, [term]), weight: sign * weight }
    })
  return [...of(podAffinity, 1), ...of(podAntiAffinity, -1)]
}

/** The company that likes the pod, where it is. */
const liking = (question: Question): readonly Weighed[] =>
  attitudesTo(question, 'Likes').map(({ attitude, sums }) => ({ sums, weight: attitude.weight }))

/** Near the company that it likes and that likes it, far from the other. */
export const goodCompany: Score = {
  name: 'InterPodAffinity',
  weight: 2,
  among: (question, { nodes, places }) => {
    const each = [...liked(question), ...liking(question)]
    if (each.every(({ sums }) => sums.isEmpty)) return undefined
    const weighed = each.map(({ sums, weight }) => ({ weight, at: sumsAt(question.nodes, sums).at }))
    const totals = nodes.map((node, i) =>
      weighed.reduce((total, { at, weight }) => total + weight * at(node, places[i] as number), 0),
    )
    const least = Math.min(...totals)
    const range = Math.max(...totals) - least
    return range === 0 ? undefined : totals.map(total => Math.floor((100 * (total - least)) / range))
  },
}
