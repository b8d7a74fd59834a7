import { typeNamed } from '../check/environment.ts'
import { fail } from '../library/overload.ts'
import type { Call, Comprehension, Expression, Select } from '../syntax/expression.ts'
import {
  EvaluationFault,
  LongMap,
  Optional,
  PlainList,
  PlainMap,
  ValueMap,
  noValue,
  noSuchOverload,
} from '../values/value.ts'
import type { Value } from '../values/value.ts'
import type { Scope, Step } from './frame.ts'
import { inParts, longStep } from './in-parts.ts'
import { planCall } from './plan-call.ts'
import { planComprehension } from './plan-comprehension.ts'
import { planStruct } from './plan-struct.ts'

/** A name, or a member that is asked for. */
const access = 1
const listCost = 10
const mapCost = 30

/** What evaluates an expression: closures in the form of its tree, made once. */
export const plan = (part: Expression, scope: Scope): Step => {
  switch (part.tag) {
    case 'literal': {
      const { value } = part
      return () => value
    }
    case 'identifier':
      return variable(scope, part, part.name)
    case 'select':
      return select(part, scope)
    case 'call':
      return call(part, scope)
    case 'list':
      return list(part, scope)
    case 'map':
      return map(part, scope)
    case 'comprehension':
      return planComprehension(part as Comprehension, scope)
    case 'struct':
      return planStruct(part, scope)
  }
}

const none: Step = () => fail(noSuchOverload().message)

const variable = (scope: Scope, part: Expression, written: string): Step => {
  const slot = scope.slots.lastIndexOf(written)
  if (slot >= 0)
    return ({ slots, budget }) => {
      budget.spend(access)
      const value = slots[slot] as Value | EvaluationFault
      if (value instanceof EvaluationFault) throw value
      return value
    }
  const name = scope.checked.name(part) ?? written
  const named = typeNamed(name)
  return ({ variable: find, budget }) => {
    const value = find(name)
    if (value === undefined) return named ? named.value : fail(`no such attribute(s): ${name}`)
    budget.spend(access)
    return value
  }
}

/** A member of a map, or of what there may be. */
const memberOf = (value: Value, field: string): Value => {
  if (value instanceof ValueMap) {
    const member = value.field(field)
    return member === undefined ? fail(`no such key: ${field}`) : member
  }
  return value instanceof Optional ? optionalMember(value, field) : fail(noSuchOverload().message)
}

const optionalMember = (value: Value, field: string): Value => {
  const inner = value instanceof Optional ? value.value : value
  if (inner === undefined) return noValue
  if (!(inner instanceof ValueMap)) return fail(noSuchOverload().message)
  const member = inner.field(field)
  return member === undefined ? noValue : new Optional(member)
}

const hasMember = (value: Value, field: string): boolean => {
  if (value instanceof ValueMap) return value.field(field) !== undefined
  if (value instanceof Optional) return value.value !== undefined && hasMember(value.value, field)
  return fail(noSuchOverload().message)
}

const select = (part: Select, scope: Scope): Step => {
  const name = scope.checked.name(part)
  if (name !== undefined) return variable({ ...scope, slots: [] }, part, name)
  const { field, testOnly, operand: of } = part
  const operand = plan(of, scope)
  // What a policy calls a variable is an expression, which is evaluated when it is asked for.
  if (of.tag === 'identifier' && of.name === 'variables' && !scope.slots.includes('variables'))
    return longStep(function* (frame) {
      const value = operand(frame)
      if (!testOnly) frame.budget.spend(access)
      const member = value instanceof LongMap ? yield* value.fieldInSteps(field) : undefined
      if (member === undefined) return testOnly ? hasMember(value, field) : memberOf(value, field)
      return testOnly || member
    })
  return inParts([operand], ([one = none]) =>
    testOnly
      ? frame => hasMember(one(frame), field)
      : frame => {
          const value = one(frame)
          frame.budget.spend(access)
          return memberOf(value, field)
        },
  )
}

const list = (part: Expression & { readonly tag: 'list' }, scope: Scope): Step => {
  const literals = part.elements.flatMap(element => (element.tag === 'literal' ? [element.value] : []))
  // A list of literals is a literal, and costs nothing.
  if (literals.length === part.elements.length && part.optional.size === 0) {
    const made = new PlainList(literals)
    return () => made
  }
  const elements = part.elements.map(element => plan(element, scope))
  const { optional } = part
  return inParts(elements, steps => frame => {
    const values: Value[] = []
    for (const [i, element] of steps.entries()) {
      const value = element(frame)
      if (!optional.has(i)) values.push(value)
      else if (!(value instanceof Optional)) return fail(noSuchOverload().message)
      else if (value.value !== undefined) values.push(value.value)
    }
    frame.budget.spend(listCost)
    return new PlainList(values)
  })
}

const map = (part: Expression & { readonly tag: 'map' }, scope: Scope): Step => {
  const parts = part.entries.flatMap(({ key, value }) => [plan(key, scope), plan(value, scope)])
  return inParts(parts, steps => frame => {
    const made = new PlainMap()
    for (const [i, { optional }] of part.entries.entries()) {
      const [key = none, value = none] = [steps[2 * i], steps[2 * i + 1]]
      const [name, given] = [key(frame), value(frame)]
      if (optional && !(given instanceof Optional)) return fail(noSuchOverload().message)
      const member = optional && given instanceof Optional ? given.value : given
      if (member === undefined) continue
      if (made.get(name) !== undefined) return fail(`Failed with repeated key`)
      if (!made.put(name, member)) return fail(`unsupported key type`)
    }
    frame.budget.spend(mapCost)
    return made
  })
}

const truth = (value: Value): boolean => (typeof value === 'boolean' ? value : fail(noSuchOverload().message))

/** `&&` and `||`: what one side says for sure counts, though the other has no value. */
const junction = (decisive: boolean, [left, right]: readonly Step[]): Step => {
  if (!left || !right) return () => fail(noSuchOverload().message)
  return frame => {
    let fault: EvaluationFault | undefined
    try {
      if (truth(left(frame)) === decisive) return decisive
    } catch (thrown) {
      if (!(thrown instanceof EvaluationFault)) throw thrown
      fault = thrown
    }
    if (truth(right(frame)) === decisive) return decisive
    if (fault) throw fault
    return !decisive
  }
}

const conditional = ([condition, yes, no]: readonly Step[]): Step =>
  !condition || !yes || !no
    ? () => fail(noSuchOverload().message)
    : frame => (truth(condition(frame)) ? yes(frame) : no(frame))

/** Whether a fold goes on: an element without a value does not end it. */
const notStrictlyFalse = ([operand]: readonly Step[]): Step =>
  operand === undefined
    ? () => true
    : frame => {
        const isFalse = forgiven(() => operand(frame)) === false
        frame.budget.spend(1)
        return !isFalse
      }

/** `undefined` where there is no value. */
const forgiven = (evaluate: () => Value): Value | undefined => {
  try {
    return evaluate()
  } catch (thrown) {
    if (thrown instanceof EvaluationFault) return undefined
    throw thrown
  }
}

const call = (part: Call, scope: Scope): Step => {
  const args = part.args.map(one => plan(one, scope))
  switch (part.name) {
    case '_&&_':
      return inParts(args, parts => junction(false, parts))
    case '_||_':
      return inParts(args, parts => junction(true, parts))
    case '_?_:_':
      return inParts(args, conditional)
    case '@not_strictly_false':
      return inParts(args, notStrictlyFalse)
    case '_?._':
      return inParts(args, parts => optionalSelect(part, parts))
    default:
      return planCall(part, args, scope)
  }
}

const optionalSelect = ({ args: [, field] }: Call, [operand]: readonly Step[]): Step => {
  const name = field?.tag === 'literal' && typeof field.value === 'string' ? field.value : ''
  return frame => {
    const value = operand ? operand(frame) : null
    frame.budget.spend(access)
    return optionalMember(value, name)
  }
}
