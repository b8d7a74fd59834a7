import { List, PlainMap, elementsOf } from '../values/value.ts'
import type { Value } from '../values/value.ts'
import type { Budget } from './budget.ts'

/** The list that a fold gathers: it grows in place, as nobody else has it before the fold is done. */
export class GrowingList extends List {
  readonly elements: Value[] = []
  get size(): number {
    return this.elements.length
  }
  at(position: number): Value {
    return this.elements[position] as Value
  }
  grow(by: List, budget: Budget): this {
    for (const element of elementsOf(by, budget)) this.elements.push(element)
    return this
  }
}

/** The same of maps. */
export class GrowingMap extends PlainMap {}
