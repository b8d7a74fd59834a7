import type { Random } from '@periplus/prelude'
import { evictionsBy, leastHarm } from './eviction.ts'
import type { Eviction } from './eviction.ts'
import { histogram } from './explain.ts'
import type { NodeInfo } from './node-info.ts'
import { nodeNamed } from './node-lists.ts'
import type { Objections } from './place.ts'
import type { Filter, Objection, Question } from './plugin.ts'
import { priorityOf } from './priority.ts'
import { enoughCandidatesOf, strewn } from './sample.ts'

export type Preemption =
  | { readonly tag: 'Evict'; readonly eviction: Eviction }
  /** Why nobody can be made to leave, or need not be again, in Kubernetes' words. `gaveUp`: no node is promised to the pod any more. */
  | { readonly tag: 'NoCandidate'; readonly message: string; readonly gaveUp: boolean }

/** Whether room can be made for a pod by evicting pods of lower priority, and where that does the least harm. */
export const preempt = (
  filters: readonly Filter[],
  question: Question,
  objections: Objections,
  random: Random,
): Preemption => {
  const { pod, nodes } = question
  if (pod.spec?.preemptionPolicy === 'Never')
    return noCandidate('preemption: not eligible due to preemptionPolicy=Never.')
  if (waitsForVictims(question))
    return noCandidate('preemption: not eligible due to a terminating pod on the nominated node.')

  const failures: Objection[] = []
  let best: Eviction | undefined
  let candidates = 0
  let harmless = false
  const evictionOn = evictionsBy(filters, question)
  const enough = enoughCandidatesOf(nodes.length)
  for (const at of enough < nodes.length ? strewn(nodes.length, random) : nodes.keys()) {
    const eviction = objections[at]?.unresolvable ? noCandidateHere : evictionOn(nodes[at] as NodeInfo, at)
    if ('reasons' in eviction) failures.push(eviction)
    else {
      if (!best || leastHarm(eviction, best) < 0) best = eviction
      harmless ||= eviction.violations === 0
      if (++candidates >= enough && harmless) break
    }
  }
  if (best) return { tag: 'Evict', eviction: best }
  return noCandidate(`preemption: 0/${nodes.length} nodes are available: ${histogram(failures)}.`, true)
}

const noCandidate = (message: string, gaveUp = false): Preemption => ({ tag: 'NoCandidate', message, gaveUp })

const noCandidateHere: Objection = { reasons: ['Preemption is not helpful for scheduling'], unresolvable: true }

/** It preempted before, and what it made leave hasn't left yet. */
const waitsForVictims = ({ pod, nodes }: Question): boolean => {
  const nominated = nodeNamed(nodes, pod.status?.nominatedNodeName ?? '')
  return (nominated?.pods ?? []).some(
    other => other.metadata.deletionTimestamp !== undefined && priorityOf(other) < priorityOf(pod),
  )
}
