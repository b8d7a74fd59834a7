import type { Stored } from '@periplus/api'
import type { Pod } from '@periplus/kinds'
import type { Cut } from '@periplus/projection'
import type { AnswerAt } from './kept.ts'
import type { NodeInfo } from './node-info.ts'

/** What a placement is decided on. */
export interface Question {
  readonly cut: Cut
  readonly pod: Stored<Pod>
  /** Every node, in name order. */
  readonly nodes: readonly NodeInfo[]
}

/** Why a node won't do, in Kubernetes' words. */
export interface Objection {
  readonly reasons: readonly string[]
  /** No pod's leaving would change it, so preemption does not help. */
  readonly unresolvable: boolean
}

/** A condition that a node must meet: looks at the question once, then at each node. */
export interface Filter {
  readonly name: string
  /** Why no node will do, whatever they are like, in Kubernetes' words: its `PreFilter`. */
  readonly rejects?: (question: Question) => string | undefined
  /** It judges a node by itself, and by nothing of the pod but what it asks for (`wishOf`). */
  readonly alone?: true
  /** It judges a node by others as well. Where it has no check of a cluster, it has none after pods have left, nor after others have come that are not `areParticular`. */
  readonly spansNodes?: true
  readonly prepare: (question: Question) => AnswerAt<Objection | undefined> | undefined
}

/** Nodes that will do, and where each stands among the question's. */
export interface Choice {
  readonly nodes: readonly NodeInfo[]
  readonly places: readonly number[]
}

interface Weighed {
  readonly name: string
  readonly weight: number
}

/** What it says of each by itself, by nothing of the pod but what it asks for (`wishOf`); `undefined` when it has no preference. */
export interface ScoreOfEach extends Weighed {
  readonly each: (pod: Stored<Pod>) => ((node: NodeInfo) => number) | undefined
  /** What that comes to where one is held against another, 0 to 100 for each; absent: that is 0 to 100 as it is. */
  readonly held?: (values: readonly number[]) => readonly number[] | undefined
}

/** For all of them, one held against another: 0 to 100, in their order; `undefined` when it has none. */
export interface ScoreAmong extends Weighed {
  readonly among: (question: Question, choice: Choice) => readonly number[] | undefined
}

/** A preference among nodes that will do. */
export type Score = ScoreOfEach | ScoreAmong

export const unresolvable = (...reasons: readonly string[]): Objection => ({ reasons, unresolvable: true })
export const resolvable = (...reasons: readonly string[]): Objection => ({ reasons, unresolvable: false })
