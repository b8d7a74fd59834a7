import type { Budget } from '../evaluate/budget.ts'
import { List, PlainList, elementsOf } from './value.ts'
import type { Value } from './value.ts'

/** Below this, copying costs less than looking twice. */
const copied = 32

/** One list after another. Nothing is copied, so that doubling a list over and over takes no room. */
class Concatenation extends List {
  readonly size: number
  override readonly reach: number
  readonly first: List
  readonly second: List
  constructor(first: List, second: List) {
    super()
    this.first = first
    this.second = second
    this.size = first.size + second.size
    this.reach = 1 + Math.max(first.reach, second.reach)
  }
  at(position: number): Value {
    let [list, i]: [List, number] = [this, position]
    while (list instanceof Concatenation) {
      const { first, second } = list
      ;[list, i] = i < first.size ? [first, i] : [second, i - first.size]
    }
    return list.at(i)
  }
}

export const concatenated = (a: List, b: List, budget: Budget): List => {
  if (b.size === 0) return a
  if (a.size === 0) return b
  return a.size + b.size <= copied
    ? new PlainList([...elementsOf(a, budget), ...elementsOf(b, budget)])
    : new Concatenation(a, b)
}
