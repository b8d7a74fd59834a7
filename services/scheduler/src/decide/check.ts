import { keptAnswers } from './kept.ts'
import type { AnswerAt } from './kept.ts'
import type { NodeInfo } from './node-info.ts'
import { withInstead } from './node-lists.ts'
import { areParticular, asPromised, comingTo, nominatedPods, withComing } from './nominated.ts'
import type { Filter, Objection, Question } from './plugin.ts'
import { wishOf } from './wish.ts'

/** Why a node of the question's list won't do. */
export type Check = AnswerAt<Objection | undefined>

/**
 * The check of a node that all filters amount to. The node must do as it is, and with the pods that it is promised to: whether those
 * come is not sure, and they may be company that the pod needs.
 */
export const checkOf = (filters: readonly Filter[], question: Question): Check => {
  const asItIs = checkAsItIs(filters, question)
  if (nominatedPods(question.cut).size === 0) return asItIs
  /** Asked only where nodes do as they are. */
  let isWide: boolean | undefined
  let promises: { readonly promised: ReadonlyMap<NodeInfo, NodeInfo>; readonly later: Check } | undefined
  return (node, place) => {
    const objection = asItIs(node, place)
    if (objection) return objection
    const coming = comingTo(question, node)
    if (coming.length === 0) return undefined
    isWide ??= areParticular(question.cut) || lookAround(filters, question)
    if (!isWide) return asItIs(withComing(node, coming), place)
    const { promised, later } = (promises ??= promisesKept(filters, question))
    const full = promised.get(node)
    return full && later(full, place)
  }
}

/** Whether any of them has something to say of other nodes than the one that is looked at. */
export const lookAround = (filters: readonly Filter[], question: Question): boolean =>
  filters.some(({ spansNodes, prepare }) => spansNodes && prepare(question) !== undefined)

/** All nodes with the pods to which they are promised. */
const promisesKept = (filters: readonly Filter[], question: Question) => {
  const promised = asPromised(question)
  const nodes = withInstead(question.nodes, promised)
  return { promised, later: checkAsItIs(filters, { ...question, nodes }) }
}

/** So many wishes' answers are kept. */
const mostWishes = 64

const verdicts = keptAnswers<Objection | undefined>(mostWishes)

/** The check of a node that all filters amount to, as it is. */
export const checkAsItIs = (filters: readonly Filter[], question: Question): Check => {
  const company = filters.findIndex(({ alone }) => !alone)
  const [alone, others] = company < 0 ? [filters, []] : [filters.slice(0, company), filters.slice(company)]
  const byItself = firstOf(alone, question)
  const rest = firstOf(others, question)
  if (alone.length === 0) return rest
  const kept = verdicts(question.nodes, `${alone.map(({ name }) => name).join()} ${wishOf(question.pod)}`, byItself)
  return (node, place) => kept(node, place) ?? rest(node, place)
}

const firstOf = (filters: readonly Filter[], question: Question): Check => {
  const checks = filters.map(filter => filter.prepare(question)).filter(check => check !== undefined)
  return (node, place) => {
    for (const check of checks) {
      const objection = check(node, place)
      if (objection) return objection
    }
    return undefined
  }
}
