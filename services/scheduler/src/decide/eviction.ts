import type { Stored } from '@periplus/api'
import { selects, millisecondsOf, selectsEverything } from '@periplus/api'
import { PodDisruptionBudget } from '@periplus/kinds'
import type { Pod } from '@periplus/kinds'
import { infoOf, withPod } from './node-info.ts'
import type { NodeInfo } from './node-info.ts'
import { withInstead } from './node-lists.ts'
import { areSame, comingTo } from './nominated.ts'
import { checkAsItIs, checkOf, lookAround } from './check.ts'
import { keptByName } from './kept.ts'
import type { AnswerAt } from './kept.ts'
import type { Filter, Objection, Question } from './plugin.ts'
import { priorityOf } from './priority.ts'
import { wishOf } from './wish.ts'

/** Pods that would have to leave a node so that the pod in question can run there. */
export interface Eviction {
  readonly node: NodeInfo
  readonly victims: readonly Stored<Pod>[]
  /** How many of them a disruption budget would rather keep. */
  readonly violations: number
  readonly harm: Harm
}

/** What else an eviction is judged by. */
interface Harm {
  /** The highest priority of a victim. */
  readonly highest: number
  /** The sum of the priorities of all. */
  readonly sum: number
  /** When the first of those of the highest priority started, in milliseconds. */
  readonly since: number
}

const noVictims: Objection = { reasons: ['No preemption victims found for incoming pod'], unresolvable: true }

/** Whom the pod in question would make leave a node, the fewest; an objection where that does not help. */
export type EvictionOn = AnswerAt<Eviction | Objection>

/**
 * Where no filter has anything to say of other nodes, they are not looked at again, and where all filters judge a node alone, what was
 * found out for one pod holds for the next that asks for the same.
 */
export const evictionsBy = (filters: readonly Filter[], question: Question): EvictionOn => {
  const budgets = question.cut.list(PodDisruptionBudget)
  if (lookAround(filters, question))
    return (node, place) =>
      fewest(question, node, budgets, imagined => {
        const nodes = withInstead(question.nodes, new Map([[node, imagined]]))
        return checkOf(filters, { ...question, nodes })(imagined, place)
      })
  const speaking = filters.filter(filter => filter.alone || filter.prepare(question) !== undefined)
  const check = checkAsItIs(speaking, question)
  const found = (node: NodeInfo, place: number, coming: readonly Stored<Pod>[]): Eviction | Objection =>
    fewest(
      question,
      node,
      budgets,
      imagined =>
        check(imagined, place) ?? (coming.length > 0 ? check(coming.reduce(withPod, imagined), place) : undefined),
    )
  if (!speaking.every(({ alone }) => alone)) return (node, place) => found(node, place, comingTo(question, node))
  const wish = wishOf(question.pod)
  return (node, place) => {
    const coming = comingTo(question, node)
    const before = known.get(node, wish)
    if (before?.budgets === budgets && areSame(before.coming, coming)) return before.answer
    const answer = found(node, place, coming)
    known.set(node, wish, { budgets, coming, answer })
    return answer
  }
}

/** An answer, and what besides the node and the wish it was found by. */
interface Known {
  readonly budgets: readonly Stored<PodDisruptionBudget>[]
  readonly coming: readonly Stored<Pod>[]
  readonly answer: Eviction | Objection
}

/** By the node as it is, of so many wishes. */
const known = keptByName<Known>(8)

/** All of lower priority leave in thought, then as many as possible return, the dearest first. */
const fewest = (
  { pod }: Question,
  node: NodeInfo,
  budgets: readonly Stored<PodDisruptionBudget>[],
  objectionTo: (imagined: NodeInfo) => Objection | undefined,
): Eviction | Objection => {
  const lower = node.pods.filter(other => priorityOf(other) < priorityOf(pod))
  if (lower.length === 0) return noVictims
  let kept = infoOf(
    node.node,
    node.pods.filter(other => priorityOf(other) >= priorityOf(pod)),
  )
  const objection = objectionTo(kept)
  if (objection) return objection

  const victims: Stored<Pod>[] = []
  const protectedOnes = new Set(budgetViolations(budgets, lower))
  let violations = 0
  for (const other of [...lower].sort((a, b) => dearestFirst(a, b, protectedOnes))) {
    const more = withPod(kept, other)
    if (objectionTo(more) === undefined) kept = more
    else {
      victims.push(other)
      if (protectedOnes.has(other)) violations++
    }
  }
  return { node, victims, violations, harm: harmOf(victims) }
}

const harmOf = (victims: readonly Stored<Pod>[]): Harm => {
  const highest = Math.max(...victims.map(priorityOf))
  return {
    highest,
    sum: victims.reduce((total, pod) => total + priorityOf(pod), 0),
    since: Math.min(...victims.filter(pod => priorityOf(pod) === highest).map(startOf)),
  }
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
const budgetViolations = (
  budgets: readonly Stored<PodDisruptionBudget>[],
  pods: readonly Stored<Pod>[],
): readonly Stored<Pod>[] => {
  if (budgets.length === 0) return []
  const allowed = new Map<Stored<PodDisruptionBudget>, number>()
  return pods.filter(pod => {
    const protecting = budgets.filter(
      ({ metadata, spec }) =>
        metadata.namespace === pod.metadata.namespace &&
        !selectsEverything(spec?.selector) &&
        selects(spec?.selector, pod.metadata.labels),
    )
    let violates = false
    for (const budget of protecting) {
      const left = (allowed.get(budget) ?? budget.status?.disruptionsAllowed ?? 0) - 1
      allowed.set(budget, left)
      if (left < 0) violates = true
    }
    return violates
  })
}

/** Fewest broken budgets, lowest priorities, fewest victims, the youngest; then by name. */
export const leastHarm = (a: Eviction, b: Eviction): number =>
  a.violations - b.violations ||
  a.harm.highest - b.harm.highest ||
  a.harm.sum - b.harm.sum ||
  a.victims.length - b.victims.length ||
  b.harm.since - a.harm.since ||
  (a.node.name < b.node.name ? -1 : 1)
