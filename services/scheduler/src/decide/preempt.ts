import type { Stored } from '@periplus/api'
import { selects, millisecondsOf, selectsEverything } from '@periplus/api'
import type { Random } from '@periplus/prelude'
import { PodDisruptionBudget } from '@periplus/kinds'
import type { Pod } from '@periplus/kinds'
import type { Cut } from '@periplus/projection'
import { histogram } from './explain.ts'
import { infoOf } from './node-info.ts'
import type { NodeInfo } from './node-info.ts'
import { withInstead } from './node-lists.ts'
import { promisedOn } from './nominated.ts'
import { checkAsItIs, checkOf } from './place.ts'
import type { Objections } from './place.ts'
import type { Filter, Objection, Question } from './plugin.ts'
import { priorityOf } from './priority.ts'
import { enoughCandidatesOf, strewn } from './sample.ts'

/** Pods that would have to leave a node so that the pod in question can run there. */
export interface Eviction {
  readonly node: NodeInfo
  readonly victims: readonly Stored<Pod>[]
  /** How many of them a disruption budget would rather keep. */
  readonly violations: number
}

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

  const failures = new Map<NodeInfo, Objection>()
  const evictions: Eviction[] = []
  const fits = fitting(filters, question)
  const enough = enoughCandidatesOf(nodes.length)
  const all = [...objections]
  for (const [node, objection] of enough < all.length ? strewn(all, random) : all) {
    const eviction = objection.unresolvable ? noCandidateHere : evictionOn(fits, question, node)
    if ('reasons' in eviction) failures.set(node, eviction)
    else if (evictions.push(eviction) >= enough && evictions.some(({ violations }) => violations === 0)) break
  }
  const best = [...evictions].sort(leastHarm)[0]
  if (best) return { tag: 'Evict', eviction: best }
  return noCandidate(`preemption: 0/${nodes.length} nodes are available: ${histogram(failures)}.`, true)
}

const noCandidate = (message: string, gaveUp = false): Preemption => ({ tag: 'NoCandidate', message, gaveUp })

const noCandidateHere: Objection = { reasons: ['Preemption is not helpful for scheduling'], unresolvable: true }
const noVictims: Objection = { reasons: ['No preemption victims found for incoming pod'], unresolvable: true }

/** It preempted before, and what it made leave hasn't left yet. */
const waitsForVictims = ({ pod, nodes }: Question): boolean => {
  const nominated = nodes.find(node => node.name === pod.status?.nominatedNodeName)
  return (nominated?.pods ?? []).some(
    other => other.metadata.deletionTimestamp !== undefined && priorityOf(other) < priorityOf(pod),
  )
}

type Fits = (node: NodeInfo, pods: readonly Stored<Pod>[]) => Objection | undefined

/**
 * Whether a node will do with other pods on it. Where no filter has anything to say of other nodes, they are not looked at again, and
 * the rest of the filters look at the question once for all nodes.
 */
const fitting = (filters: readonly Filter[], question: Question): Fits => {
  const wide = filters.some(filter => filter.spansNodes && filter.prepare(question) !== undefined)
  if (wide)
    return (node, pods) => {
      const imagined = infoOf(node.node, pods)
      const nodes = withInstead(question.nodes, new Map([[node, imagined]]))
      return checkOf(filters, { ...question, nodes })(imagined)
    }
  const check = checkAsItIs(
    filters.filter(({ spansNodes }) => !spansNodes),
    question,
  )
  return (node, pods) => {
    const imagined = infoOf(node.node, pods)
    const promised = promisedOn(question, imagined)
    return check(imagined) ?? (promised && check(promised))
  }
}

/** The fewest victims on one node: all of lower priority leave in thought, then as many as possible return, the dearest first. */
const evictionOn = (fitsWith: Fits, question: Question, node: NodeInfo): Eviction | Objection => {
  const { cut, pod } = question
  const lower = node.pods.filter(other => priorityOf(other) < priorityOf(pod))
  if (lower.length === 0) return noVictims
  const staying = node.pods.filter(other => priorityOf(other) >= priorityOf(pod))
  const fits = (pods: readonly Stored<Pod>[]): Objection | undefined => fitsWith(node, pods)
  const objection = fits(staying)
  if (objection) return objection

  const kept = [...staying]
  const victims: Stored<Pod>[] = []
  const protectedOnes = new Set(budgetViolations(cut, lower))
  let violations = 0
  for (const other of [...lower].sort((a, b) => dearestFirst(a, b, protectedOnes))) {
    if (fits([...kept, other]) === undefined) kept.push(other)
    else {
      victims.push(other)
      if (protectedOnes.has(other)) violations++
    }
  }
  return { node, victims, violations }
}

/** By object: each pod of lower priority on many nodes is asked for it, and a time is long to read. */
const starts = new WeakMap<Stored<Pod>, number>()

const startOf = (pod: Stored<Pod>): number => {
  const known = starts.get(pod)
  if (known !== undefined) return known
  const start = millisecondsOf(pod.status?.startTime) ?? millisecondsOf(pod.metadata.creationTimestamp) ?? 0
  starts.set(pod, start)
  return start
}

const dearestFirst = (a: Stored<Pod>, b: Stored<Pod>, protectedOnes: ReadonlySet<Stored<Pod>>): number =>
  Number(protectedOnes.has(b)) - Number(protectedOnes.has(a)) ||
  priorityOf(b) - priorityOf(a) ||
  startOf(a) - startOf(b)

/** Pods whose eviction a disruption budget doesn't allow, were they evicted in this order. */
const budgetViolations = (cut: Cut, pods: readonly Stored<Pod>[]): readonly Stored<Pod>[] => {
  const allowed = new Map<Stored<PodDisruptionBudget>, number>()
  return pods.filter(pod => {
    const budgets = cut
      .list(PodDisruptionBudget, pod.metadata.namespace)
      .filter(({ spec }) => !selectsEverything(spec?.selector) && selects(spec?.selector, pod.metadata.labels))
    let violates = false
    for (const budget of budgets) {
      const left = (allowed.get(budget) ?? budget.status?.disruptionsAllowed ?? 0) - 1
      allowed.set(budget, left)
      if (left < 0) violates = true
    }
    return violates
  })
}

const highest = ({ victims }: Eviction): number => Math.max(...victims.map(priorityOf))
const sum = ({ victims }: Eviction): number => victims.reduce((total, pod) => total + priorityOf(pod), 0)
const youngestOfHighest = (eviction: Eviction): number =>
  Math.min(...eviction.victims.filter(pod => priorityOf(pod) === highest(eviction)).map(startOf))

/** Fewest broken budgets, lowest priorities, fewest victims, the youngest; then by name. */
const leastHarm = (a: Eviction, b: Eviction): number =>
  a.violations - b.violations ||
  highest(a) - highest(b) ||
  sum(a) - sum(b) ||
  a.victims.length - b.victims.length ||
  youngestOfHighest(b) - youngestOfHighest(a) ||
  (a.node.name < b.node.name ? -1 : 1)
