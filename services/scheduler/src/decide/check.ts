import { keptAnswers } from './kept.ts'
import type { AnswerAt } from './kept.ts'
import type { NodeInfo } from './node-info.ts'
import { withInstead } from './node-lists.ts'
import { asPromised } from './nominated.ts'
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
  const promised = asPromised(question)
  if (promised.size === 0) return asItIs
  const later = checkAsItIs(filters, { ...question, nodes: withInstead(question.nodes, promised) })
  return (node, place) => {
    const full = promised.get(node)
    return asItIs(node, place) ?? (full && later(full, place))
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
  return (node, place) => kept(node, place) ?? rest(node)
}

const firstOf = (filters: readonly Filter[], question: Question): ((node: NodeInfo) => Objection | undefined) => {
  const checks = filters.map(filter => filter.prepare(question)).filter(check => check !== undefined)
  return node => {
    for (const check of checks) {
      const objection = check(node)
      if (objection) return objection
    }
    return undefined
  }
}
