import { own } from '@periplus/prelude'
import type { NodeInfo } from '../../src/decide/node-info.ts'

/** Sums by place: by topology key, then by the value that nodes have for it. */
export class Domains {
  readonly #sums = new Map<string, Map<string, number>>()

  add(key: string, { labels }: NodeInfo, amount: number): void {
    const value = own(labels, key)
    if (value === undefined || amount === 0) return
    let sums = this.#sums.get(key)
    if (!sums) this.#sums.set(key, (sums = new Map<string, number>()))
    sums.set(value, (sums.get(value) ?? 0) + amount)
  }

  at(key: string, { labels }: NodeInfo): number {
    const value = own(labels, key)
    return value === undefined ? 0 : (this.#sums.get(key)?.get(value) ?? 0)
  }

  get isEmpty(): boolean {
    return this.#sums.size === 0
  }

  keys(): readonly string[] {
    return [...this.#sums.keys()]
  }
}
