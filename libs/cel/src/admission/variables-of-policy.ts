import { E } from '@periplus/prelude'
import type { Either, Steps } from '@periplus/prelude'
import { BudgetExceeded } from '../evaluate/budget.ts'
import { compile } from '../compile.ts'
import type { Program, Variables } from '../compile.ts'
import { callLimit } from '../limits.ts'
import { scalars } from '../types/type.ts'
import type { Type } from '../types/type.ts'
import { EvaluationFault, LongMap } from '../values/value.ts'
import type { Value } from '../values/value.ts'

/** A variable of a policy, as it has it. */
export interface PolicyVariable {
  readonly name: string
  readonly expression: string
}

/** What all expressions of a policy may still cost for one write. */
export interface Ledger {
  left: number
}

/** A policy's variables, each of which may name those before it. */
export interface ComposedVariables {
  /** With `variables` among what expressions may name. */
  readonly declared: ReadonlyMap<string, Type>
  /** In order; left: what is wrong with one. */
  readonly programs: readonly Either<string, Program>[]
  /** The values, each reckoned when an expression first asks for it, and paid for once. */
  values(outer: Variables, ledger: Ledger): Variables
}

export const composedVariables = (
  variables: readonly PolicyVariable[],
  outer: ReadonlyMap<string, Type>,
): ComposedVariables => {
  const types = new Map<string, Type>()
  const declared = new Map(outer)
  if (variables.length > 0)
    declared.set('variables', { tag: 'object', name: 'kubernetes.variables', field: name => types.get(name) })
  const byName = new Map<string, Program>()
  const programs = variables.map(({ name, expression }) => {
    const program = compile(expression, { variables: declared })
    // What is wrong with a variable is told once, and not of every expression that names it.
    types.set(name, E.isRight(program) ? program.right.type : scalars.dyn)
    if (E.isRight(program)) byName.set(name, program.right)
    return E.isRight(program) ? program : E.left(`compilation failed: ${program.left}`)
  })
  return {
    declared,
    programs,
    values: (others, ledger) => {
      if (byName.size === 0) return others
      const composed = new Composed(byName, others, ledger)
      return name => (name === 'variables' ? composed : others(name))
    },
  }
}

/** `variables`, whose members are expressions. */
class Composed extends LongMap {
  private readonly known = new Map<string, Value | EvaluationFault>()
  private readonly programs: ReadonlyMap<string, Program>
  private readonly outer: Variables
  private readonly ledger: Ledger

  constructor(programs: ReadonlyMap<string, Program>, outer: Variables, ledger: Ledger) {
    super()
    this.programs = programs
    this.outer = outer
    this.ledger = ledger
  }

  get size(): number {
    return this.programs.size
  }

  get(key: Value): Value | undefined {
    return typeof key === 'string' ? this.field(key) : undefined
  }

  keys(): readonly string[] {
    return [...this.programs.keys()]
  }

  *fieldInSteps(name: string): Steps<Value | undefined> {
    const program = this.programs.get(name)
    if (!program) return undefined
    const value = this.known.get(name) ?? (yield* this.evaluated(name, program))
    this.known.set(name, value)
    if (value instanceof EvaluationFault) throw value
    return value
  }

  private *evaluated(name: string, program: Program): Steps<Value | EvaluationFault> {
    const variables: Variables = outer => (outer === 'variables' ? this : this.outer(outer))
    const limit = Math.min(callLimit, Math.max(0, this.ledger.left))
    const { cost, result } = yield* program.evaluateInSteps(variables, limit)
    this.ledger.left -= cost
    if (E.isRight(result)) return result.right
    if (result.left.tag === 'BudgetExceeded') throw new BudgetExceeded()
    return new EvaluationFault(`composited variable "${name}" fails to evaluate: ${result.left.message}`)
  }
}
