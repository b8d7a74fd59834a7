import type { NodeInfo } from './node-info.ts'
import { changedBetween, originOf } from './node-lists.ts'

/** What was made of a node, or of lists of nodes, by it or where the lists come from, and by a name; of each source, what was not asked for the longest goes first. */
export interface Kept<A> {
  get(source: object, name: string): A | undefined
  set(source: object, name: string, made: A): void
}

export const keptByName = <A>(most: number): Kept<A> => {
  /** A source does not change with each pod. */
  const known = new WeakMap<object, Map<string, A>>()
  const namesOf = (source: object): Map<string, A> => {
    const found = known.get(source) ?? new Map<string, A>()
    known.set(source, found)
    return found
  }
  return {
    get: (source, name) => {
      const names = namesOf(source)
      const found = names.get(name)
      if (found === undefined) return undefined
      names.delete(name)
      names.set(name, found)
      return found
    },
    set: (source, name, made) => {
      const names = namesOf(source)
      names.set(name, made)
      if (names.size > most) for (const [oldest] of [...names].slice(0, 1)) names.delete(oldest)
    },
  }
}

const unasked = Symbol('unasked')

/** The answer for the node in one place of the list, or for one that is thought of there instead. */
export type AnswerAt<A> = (node: NodeInfo, place: number) => A

/** Answers about nodes taken one by one: the name says all that `ask` depends on but the node. */
export type Answers<A> = (nodes: readonly NodeInfo[], name: string, ask: AnswerAt<A>) => AnswerAt<A>

/**
 * Keeps answers along lists of nodes: of the next list, only nodes that differ are asked about again. What it gives holds until the next
 * list of nodes is asked about.
 */
export const keptAnswers = <A>(most: number): Answers<A> => {
  const known = keptByName<{ nodes: readonly NodeInfo[]; readonly answers: (A | typeof unasked)[] }>(most)
  return (nodes, name, ask) => {
    const { source, real } = originOf(nodes)
    if (!source) return ask
    let kept = known.get(source, name)
    if (kept?.nodes.length !== real.length) {
      kept = { nodes: real, answers: Array<A | typeof unasked>(real.length).fill(unasked) }
      known.set(source, name, kept)
    }
    const { answers } = kept
    changedBetween(kept.nodes, real, (_was, _is, place) => void (answers[place] = unasked))
    kept.nodes = real
    return (node, place) => {
      if (node !== real[place]) return ask(node, place)
      const found = answers[place] as A | typeof unasked
      return found === unasked ? (answers[place] = ask(node, place)) : found
    }
  }
}
