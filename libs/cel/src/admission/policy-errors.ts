import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import { fieldError } from '@periplus/api'
import type { FieldError, FieldPath } from '@periplus/api'
import { compileCondition } from './match-conditions.ts'
import type { MatchCondition } from './match-conditions.ts'
import { compileMutation } from './mutating-policy.ts'
import type { MutatingPolicySpec } from './mutating-policy.ts'
import { compileTyped } from './policy-expression.ts'
import type { ValidatingPolicySpec } from './validating-policy.ts'
import { composedVariables } from './variables-of-policy.ts'
import type { ComposedVariables, PolicyVariable } from './variables-of-policy.ts'
import { scalars } from '../types/type.ts'
import { admissionVariables } from './variables.ts'

const { child, index, invalid, required } = fieldError

/** What is wrong with an expression that was written. */
const compiled = (path: FieldPath, source: string, program: Either<string, unknown>): readonly FieldError[] =>
  E.isLeft(program) ? [invalid(path, source, program.left)] : []

/** The expressions of conditions, each given as it is without the space around it. */
const conditionExpressionErrors = (
  conditions: readonly MatchCondition[],
  path: FieldPath,
  hasParams: boolean,
): readonly FieldError[] =>
  conditions.flatMap(({ expression }, i) => {
    const source = expression.trim()
    return source === ''
      ? []
      : compiled(child(index(path, i), 'expression'), source, compileCondition(source, { hasParams }))
  })

const isIdentifier = /^[_a-zA-Z][_a-zA-Z0-9]*$/

/** The variables of a policy, and what is wrong with them. */
const variableErrors = (
  variables: readonly PolicyVariable[],
  path: FieldPath,
  hasParams: boolean,
): { readonly composed: ComposedVariables; readonly errors: readonly FieldError[] } => {
  const composed = composedVariables(variables, admissionVariables({ hasParams }))
  const errors = variables.flatMap(({ name, expression }, i) => {
    const at = index(path, i)
    const program = composed.programs[i]
    return [
      ...(name.trim() === ''
        ? [required(child(at, 'name'), 'name is not specified')]
        : isIdentifier.test(name)
          ? []
          : [invalid(child(at, 'name'), name, 'must be a valid CEL identifier')]),
      ...(expression.trim() === ''
        ? [required(child(at, 'expression'), 'expression is not specified')]
        : program
          ? compiled(child(at, 'expression'), expression, program)
          : []),
    ]
  })
  return { composed, errors }
}

/** What is wrong with the expressions of a ValidatingAdmissionPolicy. */
export const validatingPolicyErrors = (spec: ValidatingPolicySpec, path: FieldPath): readonly FieldError[] => {
  const hasParams = spec.paramKind !== undefined
  const { composed, errors } = variableErrors(spec.variables ?? [], child(path, 'variables'), hasParams)
  const declared = { variables: composed.declared }
  return [
    ...conditionExpressionErrors(spec.matchConditions ?? [], child(path, 'matchConditions'), hasParams),
    ...errors,
    ...(spec.validations ?? []).flatMap(({ expression, messageExpression = '' }, i) => {
      const at = index(child(path, 'validations'), i)
      return [
        ...(expression.trim() === ''
          ? [required(child(at, 'expression'), 'expression is not specified')]
          : compiled(child(at, 'expression'), expression, compileTyped(expression, declared, scalars.bool))),
        ...(messageExpression === ''
          ? []
          : messageExpression.trim() === ''
            ? [invalid(child(at, 'messageExpression'), messageExpression, 'must be non-empty if specified')]
            : compiled(
                child(at, 'messageExpression'),
                messageExpression,
                compileTyped(messageExpression, declared, scalars.string),
              )),
      ]
    }),
    ...(spec.auditAnnotations ?? []).flatMap(({ valueExpression }, i) => {
      const at = child(index(child(path, 'auditAnnotations'), i), 'valueExpression')
      const source = valueExpression.trim()
      return source === ''
        ? [required(at, 'valueExpression is not specified')]
        : compiled(at, valueExpression, compileTyped(source, declared, scalars.string, scalars.null_type))
    }),
  ]
}

/** What is wrong with the expressions of a MutatingAdmissionPolicy; which patch a mutation has is its kind's to say. */
export const mutatingPolicyErrors = (spec: MutatingPolicySpec, path: FieldPath): readonly FieldError[] => {
  const hasParams = spec.paramKind !== undefined
  const { composed, errors } = variableErrors(spec.variables ?? [], child(path, 'variables'), hasParams)
  return [
    ...conditionExpressionErrors(spec.matchConditions ?? [], child(path, 'matchConditions'), hasParams),
    ...errors,
    ...(spec.mutations ?? []).flatMap((mutation, i) => {
      const part = mutation.patchType === 'JSONPatch' ? 'jsonPatch' : 'applyConfiguration'
      const source = mutation[part]?.expression?.trim()
      const at = child(child(index(child(path, 'mutations'), i), part), 'expression')
      if (source === undefined) return []
      return source === '' ? [required(at)] : compiled(at, source, compileMutation(mutation, composed).program)
    }),
  ]
}
