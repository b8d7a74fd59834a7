import type { Budget } from '../evaluate/budget.ts'
import { List, Optional, ValueMap, elementsOf } from './value.ts'
import type { Value } from './value.ts'

/** How many characters a text has, as code points. */
export const lengthOf = (text: string, budget: Budget): number => {
  budget.toil(1 + text.length / 16)
  let length = text.length
  for (let i = 0; i < text.length - 1; i++) {
    const unit = text.charCodeAt(i)
    if (unit >= 0xd800 && unit < 0xdc00) {
      const low = text.charCodeAt(i + 1)
      if (low >= 0xdc00 && low < 0xe000) length--
    }
  }
  return length
}

/** What cost is reckoned by: the size of a text, of bytes, a list or a map; 1 of anything else. */
export const costSize = (value: Value, budget: Budget): number => {
  if (typeof value === 'string') return lengthOf(value, budget)
  if (value instanceof Uint8Array) return value.length
  if (value instanceof List || value instanceof ValueMap) return value.size
  if (value instanceof Optional && value.value !== undefined) return costSize(value.value, budget)
  return 1
}

/** What a look at a tenth of a character costs. */
export const perCharacter = 0.1
/** What a look at a character of a regular expression costs. */
export const perPatternCharacter = 0.25

/** What looking at all of a text costs, `times` over. */
export const traversal = (value: Value, budget: Budget, times = 1): number =>
  Math.ceil(costSize(value, budget) * perCharacter * times)

/** What looking at everything within a value costs. */
export const deepTraversal = (value: Value, budget: Budget): number => {
  budget.toil(1)
  if (typeof value === 'string') return Math.floor(value.length * perCharacter)
  if (value instanceof Uint8Array) return Math.floor(value.length * perCharacter)
  let cost = 0
  if (value instanceof List) {
    for (const element of elementsOf(value, budget)) cost += deepTraversal(element, budget)
    return cost
  }
  if (value instanceof ValueMap) {
    for (const key of value.keys()) cost += deepTraversal(key, budget) + deepTraversal(value.get(key) ?? null, budget)
    return cost
  }
  return 1
}
