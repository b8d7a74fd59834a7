import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import { compile } from '../compile.ts'
import type { EvaluationRefusal, Program, Variables } from '../compile.ts'
import { callLimit, requestLimit } from '../limits.ts'
import { tellable } from '../rules/failure.ts'
import { typeText } from '../types/type.ts'
import type { Type } from '../types/type.ts'
import { typeNameOf } from '../values/value.ts'
import type { Value } from '../values/value.ts'
import { matchConditions } from './match-conditions.ts'
import type { MatchCondition } from './match-conditions.ts'
import { composedVariables } from './variables-of-policy.ts'
import type { Ledger, PolicyVariable } from './variables-of-policy.ts'
import { admissionValues, admissionVariables } from './variables.ts'
import type { AdmissionInput } from './variables.ts'

/** What of a ValidatingAdmissionPolicy is expressions. */
export interface ValidatingPolicySpec {
  readonly paramKind?: unknown
  readonly failurePolicy?: string
  readonly matchConditions?: readonly MatchCondition[]
  readonly variables?: readonly PolicyVariable[]
  readonly validations?: readonly PolicyValidation[]
  readonly auditAnnotations?: readonly { readonly key: string; readonly valueExpression: string }[]
}

export interface PolicyValidation {
  readonly expression: string
  readonly message?: string
  readonly messageExpression?: string
  readonly reason?: string
}

/** What one expression of a policy says against a write. */
export interface PolicyDenial {
  /** The position of the validation; `undefined` where it is none's. */
  readonly index: number | undefined
  readonly message: string
  /** `undefined` where an expression has no value, rather than that it is false. */
  readonly reason: string | undefined
}

/** What a policy says of a write. */
export interface PolicyVerdict {
  readonly denials: readonly PolicyDenial[]
  readonly annotations: readonly { readonly key: string; readonly value: string }[]
  /** What an annotation's expression had no value for; denies the write whatever a binding's actions. */
  readonly annotationFaults: readonly string[]
}

/** A policy as a function of a write, with one of its parameters. */
export type ValidatingPolicy = (input: AdmissionInput) => PolicyVerdict

const passes: PolicyVerdict = { denials: [], annotations: [], annotationFaults: [] }
const outOfBudget = 'validation failed due to running out of cost budget, no further validation rules will be run'

type Compiled = Either<string, Program>

/** An expression of a policy that must give one of some types. */
export const compileTyped = (
  source: string,
  variables: ReadonlyMap<string, Type>,
  ...types: readonly Type['tag'][]
): Compiled => {
  const program = compile(source, { variables })
  if (E.isLeft(program)) return E.left(`compilation failed: ${program.left}`)
  const { type } = program.right
  if (types.length === 0 || types.includes(type.tag)) return program
  const wanted = types.map(tag => (tag === 'null' ? 'null_type' : tag))
  const [first = ''] = wanted
  return E.left(
    `must evaluate to ${wanted.length === 1 ? first : `one of [${wanted.join(' ')}]`} but got ${typeText(type)}`,
  )
}

/** Compiles a policy once; what cannot be compiled fails on every write. */
export const validatingPolicy = (spec: ValidatingPolicySpec): ValidatingPolicy => {
  const hasParams = spec.paramKind !== undefined
  const fails = spec.failurePolicy !== 'Ignore'
  const outer = admissionVariables({ hasParams })
  const composed = composedVariables(spec.variables ?? [], outer)
  const matches = matchConditions(spec.matchConditions ?? [], { hasParams })
  const validations = (spec.validations ?? []).map(validation => ({
    validation,
    program: compileTyped(validation.expression, composed.declared, 'bool'),
    message: validation.messageExpression
      ? compileTyped(validation.messageExpression, composed.declared, 'string')
      : undefined,
  }))
  const annotations = (spec.auditAnnotations ?? []).map(({ key, valueExpression }) => ({
    key,
    program: compileTyped(valueExpression.trim(), composed.declared, 'string', 'null'),
  }))
  return input => {
    const matched = matches(input)
    if (matched.tag === 'Excluded') return passes
    if (matched.tag === 'Failed') return fails ? { ...passes, denials: [fault(undefined, matched.message)] } : passes
    const ledger: Ledger = { left: requestLimit }
    const values = composed.values(admissionValues(input), ledger)
    const denials: PolicyDenial[] = []
    for (const [index, { validation, program, message }] of validations.entries()) {
      const said = evaluated(program, values, ledger)
      if (E.isLeft(said)) {
        if (fails) denials.push(fault(index, said.left))
      } else if (said.right !== true) denials.push(denial(index, validation, told(message, values, ledger)))
    }
    return { denials, ...annotated(annotations, values, { left: requestLimit }, fails) }
  }
}

const fault = (index: number | undefined, message: string): PolicyDenial => ({ index, message, reason: undefined })

const denial = (
  index: number,
  { expression, message, reason }: PolicyValidation,
  said: string | undefined,
): PolicyDenial => ({
  index,
  message: said ?? (message?.trim() || `failed expression: ${expression.trim()}`),
  reason: reason ?? 'Invalid',
})

const told = (message: Compiled | undefined, values: Variables, ledger: Ledger): string | undefined => {
  const said = message && evaluated(message, values, ledger)
  return said && E.isRight(said) && typeof said.right === 'string' ? tellable(said.right) : undefined
}

/** Left: why the expression has no value. */
const evaluated = (program: Compiled, values: Variables, ledger: Ledger): Either<string, Value> => {
  if (E.isLeft(program)) return program
  if (ledger.left <= 0) return E.left(outOfBudget)
  const { cost, result } = program.right.evaluate(values, Math.min(callLimit, ledger.left))
  ledger.left -= cost
  return E.isLeft(result) ? E.left(troubleOf(program.right, result.left)) : result
}

const troubleOf = ({ source }: Program, { message }: EvaluationRefusal): string =>
  `expression '${source}' resulted in error: ${message}`

const longestAnnotation = 10 * 1024

const annotated = (
  annotations: readonly { readonly key: string; readonly program: Compiled }[],
  values: Variables,
  ledger: Ledger,
  fails: boolean,
): Pick<PolicyVerdict, 'annotations' | 'annotationFaults'> => {
  const published: { key: string; value: string }[] = []
  const faults: string[] = []
  for (const { key, program } of annotations) {
    const said = evaluated(program, values, ledger)
    if (E.isLeft(said)) faults.push(said.left)
    else if (typeof said.right === 'string') {
      const value = said.right.trim().slice(0, longestAnnotation)
      if (value !== '') published.push({ key, value })
    } else if (said.right !== null)
      faults.push(
        `valueExpression '${E.isRight(program) ? program.right.source : ''}' resulted in unsupported return type: ${typeNameOf(said.right)}. Return type must be either string or null.`,
      )
  }
  return { annotations: published, annotationFaults: fails ? faults : [] }
}
