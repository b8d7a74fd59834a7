import { own } from '@periplus/prelude'
import type { NodeInfo } from '../node-info.ts'

interface Sum {
  /** How many nodes it is of. */
  readonly members: number
  readonly sum: number
}

const nobody: Sum = { members: 0, sum: 0 }

/** Sums by the value that nodes have for one topology key. Nodes without the key are of no domain. */
export class Sums {
  readonly key: string
  readonly #under: Sums | undefined
  readonly #domains = new Map<string, Sum>()

  /** With sums `under` it: those sums until something is added here, which changes nothing there. */
  constructor(key: string, under?: Sums) {
    this.key = key
    this.#under = under
  }

  /** The node counts for so much in its domain; `undefined`: it is not part of one. */
  add(node: NodeInfo, amount: number | undefined): void {
    this.#change(node, amount, 1)
  }

  /** What was added of a node is taken away. */
  remove(node: NodeInfo, amount: number | undefined): void {
    this.#change(node, amount, -1)
  }

  /** The sum of a domain; 0 where there is none. */
  of(domain: string | undefined): number {
    return domain === undefined ? 0 : this.#at(domain).sum
  }

  get isEmpty(): boolean {
    for (const _ of this.sums()) return false
    return true
  }

  /** The sum of each domain. */
  *sums(): Generator<number> {
    for (const { members, sum } of this.#domains.values()) if (members > 0) yield sum
    if (!this.#under) return
    for (const [value, { sum }] of this.#under.#domains) if (!this.#domains.has(value)) yield sum
  }

  #at(value: string): Sum {
    return this.#domains.get(value) ?? (this.#under ? this.#under.#at(value) : nobody)
  }

  #change({ labels }: NodeInfo, amount: number | undefined, sign: 1 | -1): void {
    const value = own(labels, this.key)
    if (value === undefined || amount === undefined) return
    const before = this.#at(value)
    const now = { members: before.members + sign, sum: before.sum + sign * amount }
    if (now.members > 0 || this.#under) this.#domains.set(value, now)
    else this.#domains.delete(value)
  }
}
