import { accepts, fail } from '../library/overload.ts'
import type { Overload } from '../library/overload.ts'
import type { Call } from '../syntax/expression.ts'
import { Optional, noSuchOverload, typeNameOf } from '../values/value.ts'
import type { Value } from '../values/value.ts'
import type { Frame, Scope, Step } from './frame.ts'
import { inParts } from './in-parts.ts'

const takes = ({ parameters, takesAny }: Overload, args: readonly Value[]): boolean => {
  if (takesAny) return parameters[0] !== undefined && accepts(parameters[0], args[0] as Value)
  for (let i = 0; i < args.length; i++) {
    const parameter = parameters[i]
    if (!parameter || !accepts(parameter, args[i] as Value)) return false
  }
  return true
}

const carryOut = (overload: Overload, args: readonly Value[], { budget }: Frame): Value => {
  const result = overload.run(args, budget)
  budget.spend(overload.cost ? overload.cost(args, result, budget) : 1)
  return result
}

/** A function with the arguments that it is given: the first of the ways to call it that takes them. */
export const planCall = (part: Call, given: readonly Step[], scope: Scope): Step => {
  const isQualified = scope.checked.name(part) !== undefined
  const target = part.target && !isQualified ? scope.plan(part.target, scope) : undefined
  const overloads = scope.checked.overloads(part)
  const parts = target ? [target, ...given] : given
  if (target && (part.name === 'or' || part.name === 'orValue'))
    return inParts(parts, steps => either(part.name, steps, overloads))
  return inParts(parts, steps => frame => {
    const args: Value[] = []
    for (const step of steps) args.push(step(frame))
    for (const overload of overloads) if (takes(overload, args)) return carryOut(overload, args, frame)
    return fail(`${noSuchOverload().message}: ${part.name}(${args.map(typeNameOf).join(', ')})`)
  })
}

/** `or` and `orValue` look at their argument only where there is nothing else. */
const either = (name: string, [target, other]: readonly Step[], overloads: readonly Overload[]): Step => {
  if (!target || !other || overloads.length === 0) return () => fail(noSuchOverload().message)
  return frame => {
    const given = target(frame)
    if (!(given instanceof Optional)) return fail(noSuchOverload().message)
    const chosen = given.value === undefined ? other(frame) : name === 'or' ? given : given.value
    frame.budget.spend(1)
    return chosen
  }
}
