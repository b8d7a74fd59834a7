import { fail } from '../library/overload.ts'
import type { Struct } from '../syntax/expression.ts'
import { Optional, StructValue, noSuchOverload } from '../values/value.ts'
import type { Scope, Step } from './frame.ts'
import { inParts } from './in-parts.ts'

const structCost = 40

/** A struct with the fields that are given; a field that may be missing and is, is not there. */
export const planStruct = ({ type, fields }: Struct, scope: Scope): Step => {
  const values = fields.map(({ value }) => scope.plan(value, scope))
  return inParts(values, steps => frame => {
    const made = new StructValue(type)
    for (const [i, step] of steps.entries()) {
      const { name = '', optional = false } = fields[i] ?? {}
      const given = step(frame)
      if (!optional) made.put(name, given)
      else if (!(given instanceof Optional)) return fail(noSuchOverload().message)
      else if (given.value !== undefined) made.put(name, given.value)
    }
    frame.budget.spend(structCost)
    return made
  })
}
