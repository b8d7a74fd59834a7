import { fail } from '../library/overload.ts'
import type { Comprehension } from '../syntax/expression.ts'
import { EvaluationFault, List, PlainList, ValueMap, noSuchOverload } from '../values/value.ts'
import type { Value } from '../values/value.ts'
import { GrowingList, GrowingMap } from './growing.ts'
import type { Scope, Step } from './frame.ts'
import { longStep, valueOf } from './in-parts.ts'

/** What a fold goes through: how much it is, and the variables of one of its turns. */
interface Turns {
  readonly count: number
  /** What one turn takes to look at, in steps. */
  readonly reach: number
  readonly first: (turn: number) => Value
  readonly second: (turn: number) => Value
}

const nothing = (): Value => null

const turnsOf = (range: Value, pairs: boolean): Turns => {
  if (range instanceof List) {
    const element = (turn: number): Value => range.at(turn)
    const sides = pairs ? { first: BigInt, second: element } : { first: element, second: nothing }
    return { count: range.size, reach: range.reach, ...sides }
  }
  if (!(range instanceof ValueMap)) return fail(noSuchOverload().message)
  const keys = [...range.keys()]
  const key = (turn: number): Value => keys[turn] ?? null
  const member = (turn: number): Value => range.get(key(turn)) ?? null
  return { count: keys.length, reach: 1, first: key, second: pairs ? member : nothing }
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
  const forgives = isJunction(part)
  const result = scope.plan(part.result, gathering)
  const pairs = part.second !== undefined
  return longStep(function* (frame) {
    const turns = turnsOf(yield* valueOf(range, frame), pairs)
    const { slots, budget } = frame
    slots[at] = yield* valueOf(start, frame)
    for (let turn = 0; turn < turns.count; turn++) {
      if (budget.isRestDue()) yield
      budget.toil(2 + turns.reach)
      slots[at + 1] = turns.first(turn)
      slots[at + 2] = turns.second(turn)
      if ((condition.long ? yield* condition.long(frame) : condition(frame)) !== true) break
      try {
        slots[at] = step.long ? yield* step.long(frame) : step(frame)
      } catch (thrown) {
        // A turn of `all` or `exists` may fail, and a later one say for sure.
        if (!forgives || !(thrown instanceof EvaluationFault)) throw thrown
        slots[at] = thrown
      }
    }
    return grown(yield* valueOf(result, frame))
  })
}

const isJunction = ({ step }: Comprehension): boolean =>
  step.tag === 'call' && (step.name === '_&&_' || step.name === '_||_')
