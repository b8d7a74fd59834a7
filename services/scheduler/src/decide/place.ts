import type { Random } from '@periplus/prelude'
import type { NodeInfo } from './node-info.ts'
import { withInstead } from './node-lists.ts'
import { asPromised } from './nominated.ts'
import { namedBy } from './named-nodes.ts'
import type { Filter, Objection, Question, Score } from './plugin.ts'
import { enoughOf, strewn } from './sample.ts'

/** Why each node won't do, in name order. */
export type Objections = ReadonlyMap<NodeInfo, Objection>

export type Placement =
  | { readonly tag: 'Placed'; readonly node: NodeInfo; readonly score: number; readonly feasible: number }
  | { readonly tag: 'Unplaceable'; readonly objections: Objections }
  /** No node was looked at. */
  | { readonly tag: 'Rejected'; readonly why: string }

type Check = (node: NodeInfo) => Objection | undefined

/**
 * The check of a node that all filters amount to. The node must do as it is, and with the pods that it is promised to: whether those
 * come is not sure, and they may be company that the pod needs.
 */
export const checkOf = (filters: readonly Filter[], question: Question): Check => {
  const asItIs = checkAsItIs(filters, question)
  const promised = asPromised(question)
  if (promised.size === 0) return asItIs
  const later = checkAsItIs(filters, { ...question, nodes: withInstead(question.nodes, promised) })
  return node => {
    const full = promised.get(node)
    return asItIs(node) ?? (full && later(full))
  }
}

/** The check of a node that all filters amount to, as it is. */
export const checkAsItIs = (filters: readonly Filter[], question: Question): Check => {
  const checks = filters.map(filter => filter.prepare(question)).filter(check => check !== undefined)
  return node => {
    for (const check of checks) {
      const objection = check(node)
      if (objection) return objection
    }
    return undefined
  }
}

/** The node with the highest score among those that no filter objects to, of many nodes enough of those; among equals, chance decides. */
export const place = (
  filters: readonly Filter[],
  scores: readonly Score[],
  question: Question,
  random: Random,
): Placement => {
  for (const { rejects } of filters) {
    const why = rejects?.(question)
    if (why !== undefined) return { tag: 'Rejected', why }
  }
  const check = checkOf(filters, question)
  const objections = new Map<NodeInfo, Objection>()
  const feasible: NodeInfo[] = []
  const { nodes } = question
  const look = (among: Iterable<NodeInfo>, enough: number): void => {
    for (const node of among) {
      const objection = check(node)
      if (objection) objections.set(node, objection)
      else if (feasible.push(node) === enough) return
    }
  }
  // Where none of those will do, it is told of each node why.
  const named = namedBy(question)
  if (named) look(named, named.length)
  const enough = enoughOf(nodes.length)
  if (feasible.length === 0) look(enough < nodes.length ? strewn(nodes, random) : nodes, enough)
  if (feasible.length === 0) return { tag: 'Unplaceable', objections: inOrder(objections, nodes) }
  const totals = totalScores(scores, question, feasible)
  const most = totals.reduce((a, b) => Math.max(a, b), 0)
  const best = feasible.filter((_, i) => totals[i] === most)
  const node = best[Math.floor(random() * best.length)] as NodeInfo
  return { tag: 'Placed', node, score: most, feasible: feasible.length }
}

const inOrder = (objections: Objections, nodes: readonly NodeInfo[]): Objections =>
  new Map(
    nodes.flatMap(node => {
      const objection = objections.get(node)
      return objection ? [[node, objection] as const] : []
    }),
  )

const totalScores = (
  scores: readonly Score[],
  question: Question,
  feasible: readonly NodeInfo[],
): readonly number[] => {
  const totals = feasible.map(() => 0)
  if (feasible.length === 1) return totals
  for (const { of, weight } of scores) {
    const values = of(question, feasible)
    if (values) for (let i = 0; i < totals.length; i++) totals[i] = (totals[i] ?? 0) + weight * (values[i] ?? 0)
  }
  return totals
}
