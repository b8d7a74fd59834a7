import type { Random } from '@periplus/prelude'
import { checkOf } from './check.ts'
import { keptAnswers } from './kept.ts'
import { namedBy } from './named-nodes.ts'
import type { NodeInfo } from './node-info.ts'
import { placeNamed } from './node-lists.ts'
import type { Choice, Filter, Objection, Question, Score, ScoreOfEach } from './plugin.ts'
import { enoughOf, strewn } from './sample.ts'
import { wishOf } from './wish.ts'

/** Why each of the question's nodes won't do, in their order. */
export type Objections = readonly Objection[]

export type Placement =
  | {
      readonly tag: 'Placed'
      readonly node: NodeInfo
      readonly score: number
      readonly feasible: number
      /** Room had been promised to it there, and no other node was looked at. */
      readonly isPromised: boolean
    }
  | { readonly tag: 'Unplaceable'; readonly objections: Objections }
  /** No node was looked at. */
  | { readonly tag: 'Rejected'; readonly why: string }

/**
 * The node that was promised to the pod, where it will do, as kube-scheduler has it. Otherwise the one with the highest score among those that no
 * filter objects to, of many nodes enough of those; among equals, chance decides.
 */
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
  const promised = placeNamed(nodes, question.pod.status?.nominatedNodeName ?? '')
  if (promised !== undefined) look([promised], 1)
  const isPromised = feasible.length > 0
  const named = isPromised ? undefined : namedBy(question)
  if (named) look(named, named.length)
  const enough = enoughOf(nodes.length)
  if (feasible.length === 0) look(enough < nodes.length ? strewn(nodes.length, random) : nodes.keys(), enough)
  if (feasible.length === 0) return { tag: 'Unplaceable', objections: objections as Objection[] }
  const totals = totalScores(scores, question, feasible)
  const most = totals.reduce((a, b) => Math.max(a, b), 0)
  const best = feasible.filter((_, i) => totals[i] === most)
  const node = nodes[best[Math.floor(random() * best.length)] as number] as NodeInfo
  return { tag: 'Placed', node, score: most, feasible: feasible.length, isPromised }
}

/** So many wishes' values are kept, of as many scores. */
const mostWishes = 128

const kept = keptAnswers<number>(mostWishes)

const totalScores = (scores: readonly Score[], question: Question, places: readonly number[]): readonly number[] => {
  if (places.length === 1) return [0]
  const { nodes, pod } = question
  const choice: Choice = { nodes: places.map(at => nodes[at] as NodeInfo), places }
  const totals = choice.nodes.map(() => 0)
  const add = (values: readonly number[] | undefined, weight: number): void => {
    if (values) for (let i = 0; i < totals.length; i++) totals[i] = (totals[i] ?? 0) + weight * (values[i] ?? 0)
  }
  const each = (name: string, valueOn: (node: NodeInfo) => number): readonly number[] => {
    const valueAt = kept(nodes, `${name} ${wishOf(pod)}`, valueOn)
    return choice.nodes.map((node, i) => valueAt(node, places[i] as number))
  }
  const byThemselves = scores
    .filter((score): score is ScoreOfEach => 'each' in score)
    .flatMap(score => {
      const valueOn = score.each(pod)
      return valueOn ? [{ ...score, valueOn }] : []
    })
  const summed = byThemselves.filter(({ held }) => !held)
  const sumOn = (node: NodeInfo): number => summed.reduce((sum, { valueOn, weight }) => sum + weight * valueOn(node), 0)
  if (summed.length > 0) add(each(summed.map(({ name }) => name).join(), sumOn), 1)
  for (const { name, weight, valueOn, held } of byThemselves) if (held) add(held(each(name, valueOn)), weight)
  for (const score of scores) if ('among' in score) add(score.among(question, choice), score.weight)
  return totals
}
