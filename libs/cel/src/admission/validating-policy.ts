import { E } from '@periplus/prelude'
import type { Steps } from '@periplus/prelude'
import type { Variables } from '../compile.ts'
import { requestLimit } from '../limits.ts'
import { tellable } from '../rules/failure.ts'
import { scalars } from '../types/type.ts'
import { typeNameOf } from '../values/value.ts'
import { matchConditions } from './match-conditions.ts'
import type { MatchCondition } from './match-conditions.ts'
import { compileTyped, evaluated } from './policy-expression.ts'
import type { Compiled } from './policy-expression.ts'
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

/** A policy as a function of a write, with one of its parameters; it rests before each of its expressions. */
export type ValidatingPolicy = (input: AdmissionInput) => Steps<PolicyVerdict>

const passes: PolicyVerdict = { denials: [], annotations: [], annotationFaults: [] }

/** Compiles a policy once; what cannot be compiled fails on every write. */
export const validatingPolicy = (spec: ValidatingPolicySpec): ValidatingPolicy => {
  const hasParams = spec.paramKind !== undefined
  const fails = spec.failurePolicy !== 'Ignore'
  const outer = admissionVariables({ hasParams })
  const composed = composedVariables(spec.variables ?? [], outer)
  const matches = matchConditions(spec.matchConditions ?? [], { hasParams })
  const declarations = { variables: composed.declared }
  const validations = (spec.validations ?? []).map(validation => ({
    validation,
    program: compileTyped(validation.expression, declarations, scalars.bool),
    message: validation.messageExpression
      ? compileTyped(validation.messageExpression, declarations, scalars.string)
      : undefined,
  }))
  const annotations = (spec.auditAnnotations ?? []).map(({ key, valueExpression }) => ({
    key,
    program: compileTyped(valueExpression.trim(), declarations, scalars.string, scalars.null_type),
  }))
  return function* (input) {
    yield
    const matched = yield* matches(input)
    if (matched.tag === 'Excluded') return passes
    if (matched.tag === 'Failed') return fails ? { ...passes, denials: [fault(undefined, matched.message)] } : passes
    const ledger: Ledger = { left: requestLimit }
    const values = composed.values(admissionValues(input), ledger)
    const denials: PolicyDenial[] = []
    for (const [index, { validation, program, message }] of validations.entries()) {
      yield
      const said = yield* evaluated(program, values, ledger)
      if (E.isLeft(said)) {
        if (fails) denials.push(fault(index, said.left))
      } else if (said.right !== true) denials.push(denial(index, validation, yield* told(message, values, ledger)))
    }
    return { denials, ...(yield* annotated(annotations, values, { left: requestLimit }, fails)) }
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

function* told(message: Compiled | undefined, values: Variables, ledger: Ledger): Steps<string | undefined> {
  const said = message && (yield* evaluated(message, values, ledger))
  return said && E.isRight(said) && typeof said.right === 'string' ? tellable(said.right) : undefined
}

const longestAnnotation = 10 * 1024

function* annotated(
  annotations: readonly { readonly key: string; readonly program: Compiled }[],
  values: Variables,
  ledger: Ledger,
  fails: boolean,
): Steps<Pick<PolicyVerdict, 'annotations' | 'annotationFaults'>> {
  const published: { key: string; value: string }[] = []
  const faults: string[] = []
  for (const { key, program } of annotations) {
    yield
    const said = yield* evaluated(program, values, ledger)
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
