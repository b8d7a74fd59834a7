import { fail } from '../library/overload.ts'
import type { Comprehension } from '../syntax/expression.ts'
import { EvaluationFault, List, PlainList, ValueMap, noSuchOverload } from '../values/value.ts'
import type { Value } from '../values/value.ts'
import { GrowingList, GrowingMap } from './growing.ts'
import type { Frame, Scope, Step } from './frame.ts'

/** The variables of one turn of a fold, until the visitor says that it is enough. */
const eachElement = (range: Value, visit: (first: Value, second: Value) => boolean, pairs: boolean): void => {
  if (range instanceof List) {
    for (let i = 0; i < range.size; i++) {
      const element = range.at(i)
      if (!(pairs ? visit(BigInt(i), element) : visit(element, null))) return
    }
  } else if (range instanceof ValueMap) {
    for (const key of range.keys()) if (!visit(key, pairs ? (range.get(key) ?? null) : null)) return
  } else fail(noSuchOverload().message)
}

/** Where a fold begins: what is gathered in an empty list or map grows in place. */
const startOf = ({ start, accumulator }: Comprehension, scope: Scope): Step => {
  const begin = scope.plan(start, scope)
  const grows = accumulator === '@result'
  if (grows && start.tag === 'list' && start.elements.length === 0) return after(begin, () => new GrowingList())
  if (grows && start.tag === 'map' && start.entries.length === 0) return after(begin, () => new GrowingMap())
  return begin
}

const after =
  (first: Step, then: () => Value): Step =>
  frame => {
    first(frame)
    return then()
  }

/** As it is handed on, when it grows no more. */
const grown = (value: Value): Value => (value instanceof GrowingList ? new PlainList(value.elements) : value)

export const planComprehension = (part: Comprehension, scope: Scope): Step => {
  const range = scope.plan(part.range, scope)
  const start = startOf(part, scope)
  const at = scope.slots.length
  const gathering: Scope = { ...scope, slots: [...scope.slots, part.accumulator] }
  const turning: Scope = { ...scope, slots: [...gathering.slots, part.variable, part.second ?? '#unused'] }
  const condition = scope.plan(part.condition, turning)
  const step = scope.plan(part.step, turning)
  const gather = isJunction(part) ? forgiving(step) : step
  const result = scope.plan(part.result, gathering)
  const pairs = part.second !== undefined
  return frame => {
    const elements = range(frame)
    const { slots, budget } = frame
    const reach = elements instanceof List ? elements.reach : 1
    slots[at] = start(frame)
    eachElement(
      elements,
      (first, second) => {
        budget.toil(2 + reach)
        slots[at + 1] = first
        slots[at + 2] = second
        if (condition(frame) !== true) return false
        slots[at] = gather(frame)
        return true
      },
      pairs,
    )
    return grown(result(frame))
  }
}

/** A turn of `all` or `exists` may fail, and a later one say for sure. */
const forgiving =
  (step: Step) =>
  (frame: Frame): Value | EvaluationFault => {
    try {
      return step(frame)
    } catch (thrown) {
      if (thrown instanceof EvaluationFault) return thrown
      throw thrown
    }
  }

const isJunction = ({ step }: Comprehension): boolean =>
  step.tag === 'call' && (step.name === '_&&_' || step.name === '_||_')
