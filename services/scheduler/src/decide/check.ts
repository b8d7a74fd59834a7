import { keptAnswers } from './kept.ts'
import type { AnswerAt } from './kept.ts'
import type { NodeInfo } from './node-info.ts'
import { withInstead } from './node-lists.ts'
import { asPromised, comingTo, nominatedPods } from './nominated.ts'
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
  let promises: { readonly promised: ReadonlyMap<NodeInfo, NodeInfo>; readonly later: Check } | undefined
  /** Only where nodes do as they are. */
  const promisesMade = () => {
    const promised = asPromised(question)
    const nodes = withInstead(question.nodes, promised)
    return { promised, later: checkAsItIs(filters, { ...question, nodes }) }
  }
  return (node, place) => {
    const objection = asItIs(node, place)
    if (objection || comingTo(question, node).length === 0) return objection
    const { promised, later } = (promises ??= promisesMade())
    const full = promised.get(node)
    return full && later(full, place)
  }
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
