import type { Random } from '@periplus/prelude'
import { checkOf } from './check.ts'
import { keptAnswers } from './kept.ts'
import { namedBy } from './named-nodes.ts'
import type { NodeInfo } from './node-info.ts'
import type { Filter, Objection, Question, Score } from './plugin.ts'
import { enoughOf, strewn } from './sample.ts'
import { wishOf } from './wish.ts'

/** Why each of the question's nodes won't do, in their order. */
export type Objections = readonly Objection[]

export type Placement =
  | { readonly tag: 'Placed'; readonly node: NodeInfo; readonly score: number; readonly feasible: number }
  | { readonly tag: 'Unplaceable'; readonly objections: Objections }
  /** No node was looked at. */
  | { readonly tag: 'Rejected'; readonly why: string }

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
  const { nodes } = question
  const objections = Array<Objection | undefined>(nodes.length)
  const feasible: number[] = []
  const look = (places: Iterable<number>, enough: number): void => {
    for (const at of places) {
      const objection = check(nodes[at] as NodeInfo, at)
      if (objection) objections[at] = objection
      else if (feasible.push(at) === enough) return
    }
  }
  // Where none of those will do, it is told of each node why.
  const named = namedBy(question)
  if (named) look(named, named.length)
  const enough = enoughOf(nodes.length)
  if (feasible.length === 0) look(enough < nodes.length ? strewn(nodes.length, random) : nodes.keys(), enough)
  if (feasible.length === 0) return { tag: 'Unplaceable', objections: objections as Objection[] }
  const totals = totalScores(scores, question, feasible)
  const most = totals.reduce((a, b) => Math.max(a, b), 0)
  const best = feasible.filter((_, i) => totals[i] === most)
  const node = nodes[best[Math.floor(random() * best.length)] as number] as NodeInfo
  return { tag: 'Placed', node, score: most, feasible: feasible.length }
}

/** So many wishes' sums are kept. */
const mostWishes = 64

const sums = keptAnswers<number>(mostWishes)

const totalScores = (scores: readonly Score[], question: Question, feasible: readonly number[]): readonly number[] => {
  if (feasible.length === 1) return [0]
  const { nodes, pod } = question
  const each = scores.flatMap(({ name, each, weight }) => {
    const valueOn = each?.(pod)
    return valueOn ? [{ name, valueOn, weight }] : []
  })
  const byItself = sums(nodes, `${each.map(({ name }) => name).join()} ${wishOf(pod)}`, node =>
    each.reduce((sum, { valueOn, weight }) => sum + weight * valueOn(node), 0),
  )
  const choice = feasible.map(at => nodes[at] as NodeInfo)
  const totals = choice.map((node, i) => byItself(node, feasible[i] as number))
  for (const { among, weight } of scores) {
    const values = among?.(question, choice)
    if (values) for (let i = 0; i < totals.length; i++) totals[i] = (totals[i] ?? 0) + weight * (values[i] ?? 0)
  }
  return totals
}
