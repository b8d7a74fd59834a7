import { own } from '@periplus/prelude'
import { keptAnswers } from '../kept.ts'
import type { AnswerAt } from '../kept.ts'
import type { NodeInfo } from '../node-info.ts'
import type { Sums } from './sums.ts'

/** So many topology keys' values are kept. */
const mostKeys = 16

const kept = keptAnswers<string | undefined>(mostKeys)

/** The value that each node has for a topology key; `undefined`: it is of no domain. */
export const domainsOf = (nodes: readonly NodeInfo[], key: string): AnswerAt<string | undefined> =>
  kept(nodes, key, ({ labels }) => own(labels, key))

/** Sums, and the sum of each node's domain: 0 where it has none. */
export interface SumsAt {
  readonly domain: AnswerAt<string | undefined>
  readonly at: AnswerAt<number>
}

export const sumsAt = (nodes: readonly NodeInfo[], sums: Sums): SumsAt => {
  const domain = domainsOf(nodes, sums.key)
  return { domain, at: (node, place) => sums.of(domain(node, place)) }
}
