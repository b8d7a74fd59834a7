import type { Steps } from '@periplus/prelude'
import type { Checked } from '../check/check.ts'
import type { Expression } from '../syntax/expression.ts'
import type { EvaluationFault, Value } from '../values/value.ts'
import type { Budget } from './budget.ts'

/** What an evaluation works on. */
export interface Frame {
  readonly variable: (name: string) => Value | undefined
  /** The variables of macros, each at its place; what `all` and `exists` gather may be a fault that a later element outweighs. */
  readonly slots: (Value | EvaluationFault)[]
  readonly budget: Budget
}

/** Gives the value of a part of an expression. */
export interface Step {
  (frame: Frame): Value
  /** The same with rests between small steps; absent: it is a small one itself. */
  readonly long?: (frame: Frame) => Steps<Value>
}

/** What planning knows where it stands. */
export interface Scope {
  /** How the parts of what is planned are planned. */
  readonly plan: (part: Expression, scope: Scope) => Step
  readonly checked: Checked
  /** The places of macros' variables; the innermost of a name counts. */
  readonly slots: readonly string[]
}
