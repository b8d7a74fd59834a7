import { E, atOnce } from '@periplus/prelude'
import type { Either, Steps } from '@periplus/prelude'
import { check } from './check/check.ts'
import type { Checked } from './check/check.ts'
import type { Environment } from './check/environment.ts'
import { Budget, BudgetExceeded } from './evaluate/budget.ts'
import { valueOf } from './evaluate/in-parts.ts'
import { plan } from './evaluate/plan.ts'
import { kubernetesFunctions } from './library/standard.ts'
import { faultText } from './syntax/fault.ts'
import { parse } from './syntax/parse.ts'
import type { Type } from './types/type.ts'
import { EvaluationFault } from './values/value.ts'
import type { Value } from './values/value.ts'

/** An expression that can be evaluated. */
export interface Program {
  readonly source: string
  /** What it gives, as far as that is known before it is evaluated. */
  readonly type: Type
  /** For cost to be estimated on. */
  readonly checked: Checked
  /** Its value, given those of its variables, for as long as it costs no more than `limit`. */
  evaluate(variable: Variables, limit: number): Evaluation
  /** The same with rests between small steps: what costs a million units takes some tenths of a second. */
  evaluateInSteps(variable: Variables, limit: number): Steps<Evaluation>
}

/** The value of a variable; `undefined` where there is none. Asked only for what an expression needs. */
export type Variables = (name: string) => Value | undefined

/** What came of an expression. */
export interface Evaluation {
  /** What it cost, in Kubernetes' units. */
  readonly cost: number
  readonly result: Either<EvaluationRefusal, Value>
}

/** Why an expression has no value. */
export interface EvaluationRefusal {
  /** The expression has no value for these variables, or it would cost too much to find it. */
  readonly tag: 'Fault' | 'BudgetExceeded'
  readonly message: string
}

/** What an expression may name besides functions. */
export type Declarations = Pick<Environment, 'variables' | 'mixed' | 'structs'> &
  Partial<Pick<Environment, 'functions'>>

/** An expression, checked against what is declared; or everything that is wrong with it, as cel-go prints it. */
export const compile = (source: string, declarations: Declarations): Either<string, Program> => {
  const parsed = parse(source)
  if (E.isLeft(parsed)) return E.left(faultText(source, parsed.left))
  const checked = check(parsed.right, { functions: kubernetesFunctions, ...declarations })
  if (E.isLeft(checked)) return E.left(checked.left.map(fault => faultText(source, fault)).join('\n'))
  const step = plan(parsed.right, { plan, checked: checked.right, slots: [] })
  function* evaluateInSteps(variable: Variables, limit: number): Steps<Evaluation> {
    const budget = new Budget(limit)
    try {
      const value = yield* valueOf(step, { variable, slots: [], budget })
      return { cost: budget.spent, result: E.right(value) }
    } catch (thrown) {
      return { cost: budget.spent, result: E.left(refusalOf(thrown)) }
    }
  }
  return E.right({
    source,
    type: checked.right.type(parsed.right),
    checked: checked.right,
    evaluate: (...given) => atOnce(evaluateInSteps(...given)),
    evaluateInSteps,
  })
}

/** Anything else that is thrown is a bug, and not an expression's to hide. */
const refusalOf = (thrown: unknown): EvaluationRefusal => {
  if (thrown instanceof BudgetExceeded) return { tag: 'BudgetExceeded', message: thrown.message }
  if (thrown instanceof EvaluationFault) return { tag: 'Fault', message: thrown.message }
  throw thrown
}
