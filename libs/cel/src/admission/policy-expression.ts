import { E } from '@periplus/prelude'
import type { Either, Steps } from '@periplus/prelude'
import { compile } from '../compile.ts'
import type { Declarations, Program, Variables } from '../compile.ts'
import { callLimit } from '../limits.ts'
import { sameType, typeText } from '../types/type.ts'
import type { Type } from '../types/type.ts'
import type { Value } from '../values/value.ts'
import type { Ledger } from './variables-of-policy.ts'

/** An expression of a policy, or what is wrong with it. */
export type Compiled = Either<string, Program>

const outOfBudget = 'validation failed due to running out of cost budget, no further validation rules will be run'

/** An expression of a policy that must give one of some types. */
export const compileTyped = (source: string, declared: Declarations, ...types: readonly Type[]): Compiled => {
  const program = compile(source, declared)
  if (E.isLeft(program)) return E.left(`compilation failed: ${program.left}`)
  const { type } = program.right
  if (types.some(wanted => sameType(wanted, type))) return program
  const wanted = types.map(one => (one.tag === 'null' ? 'null_type' : typeText(one)))
  const [first = ''] = wanted
  return E.left(
    `must evaluate to ${wanted.length === 1 ? first : `one of [${wanted.join(' ')}]`} but got ${typeText(type)}`,
  )
}

/** What an expression gives for a write, paid for from what is left. Left: why it has no value. */
export function* evaluated(program: Compiled, values: Variables, ledger: Ledger): Steps<Either<string, Value>> {
  if (E.isLeft(program)) return program
  if (ledger.left <= 0) return E.left(outOfBudget)
  const { cost, result } = yield* program.right.evaluateInSteps(values, Math.min(callLimit, ledger.left))
  ledger.left -= cost
  return E.isLeft(result)
    ? E.left(`expression '${program.right.source}' resulted in error: ${result.left.message}`)
    : result
}
