import { E } from '@periplus/prelude'
import type { Either, Steps } from '@periplus/prelude'
import { compile } from '../compile.ts'
import type { Program } from '../compile.ts'
import { callLimit, matchConditionsLimit } from '../limits.ts'
import { typeText } from '../types/type.ts'
import { admissionValues, admissionVariables } from './variables.ts'
import type { AdmissionInput } from './variables.ts'

/** A condition of a webhook or a policy, as its configuration has it. */
export interface MatchCondition {
  readonly name: string
  readonly expression: string
}

/** Whether a write is one of those that a webhook or a policy is asked about. */
export type Matched =
  | { readonly tag: 'Matches' }
  /** A condition says that it is not. */
  | { readonly tag: 'Excluded'; readonly condition: string }
  /** No condition says so, but one has no value: the failure policy decides. */
  | { readonly tag: 'Failed'; readonly message: string }

/** Whether a request is one that a webhook or a policy is about; rests within each of its expressions. */
export type MatchConditions = (input: AdmissionInput) => Steps<Matched>

/** An expression of admission that gives a truth, or what is wrong with it in Kubernetes' words. */
export const compileCondition = (
  expression: string,
  options: { readonly hasParams: boolean },
): Either<string, Program> => {
  const compiled = compile(expression, { variables: admissionVariables(options) })
  if (E.isLeft(compiled)) return E.left(`compilation failed: ${compiled.left}`)
  const { type } = compiled.right
  return type.tag === 'bool' ? compiled : E.left(`must evaluate to bool but got ${typeText(type)}`)
}

/**
 * The `matchConditions` of a webhook or a policy as a function of a write. One that cannot be compiled fails on every write; such are
 * refused when they are created.
 */
export const matchConditions = (
  conditions: readonly MatchCondition[],
  options: { readonly hasParams: boolean } = { hasParams: false },
): MatchConditions => {
  const compiled = conditions.map(({ name, expression }) => ({
    name,
    program: compileCondition(expression, options),
  }))
  return function* (input) {
    const variables = admissionValues(input)
    const faults: string[] = []
    let left = matchConditionsLimit
    for (const { name, program } of compiled) {
      yield
      if (E.isLeft(program)) {
        faults.push(program.left)
        continue
      }
      const { cost, result } = yield* program.right.evaluateInSteps(variables, Math.min(callLimit, left))
      left -= cost
      if (E.isLeft(result))
        faults.push(`expression '${program.right.source}' resulted in error: ${result.left.message}`)
      else if (result.right === false) return { tag: 'Excluded', condition: name }
      else if (left < 0)
        faults.push(`validation failed due to running out of cost budget, no further validation rules will be run`)
    }
    return faults.length === 0 ? { tag: 'Matches' } : { tag: 'Failed', message: joined(faults) }
  }
}

/** As Go joins errors. */
const joined = (faults: readonly string[]): string => {
  const [first = '', ...others] = [...new Set(faults)]
  return others.length === 0 ? first : `[${[first, ...others].join(', ')}]`
}
