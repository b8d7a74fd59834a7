import { E } from '@periplus/prelude'
import { fieldError } from '@periplus/api'
import type { Schema } from '@periplus/api'
import { compile } from '../compile.ts'
import type { Declarations } from '../compile.ts'
import { typeOfSchema } from '../schema/type-of-schema.ts'
import { admissionVariables } from './variables.ts'
import { composedVariables } from './variables-of-policy.ts'
import type { ValidatingPolicySpec } from './validating-policy.ts'

const { child, index } = fieldError

/** A kind whose objects a policy may meet. */
export interface MetKind {
  /** As Kubernetes writes it: `apps/v1, Kind=Deployment`. */
  readonly name: string
  readonly schema: Schema<unknown>
}

/** What the types of objects say against one expression of a policy, as its status tells it. */
export interface ExpressionWarning {
  readonly fieldRef: string
  readonly warning: string
}

/** Expressions, for as many kinds, that are looked at: whoever writes policies may write many, and each takes its time. */
const mostChecks = 1_000

/**
 * What is wrong with the expressions of a policy for objects of the kinds that it may meet, and for its parameters, where their kind is
 * known. They are evaluated all the same: types are known only by the schemas of this moment.
 */
export const typeWarnings = (
  spec: ValidatingPolicySpec,
  kinds: readonly MetKind[],
  params: Schema<unknown> | undefined,
): readonly ExpressionWarning[] => {
  const sources = sourcesOf(spec)
  const checked = kinds.length === 0 ? sources : sources.slice(0, Math.floor(mostChecks / kinds.length))
  const environments = kinds.map(kind => ({ kind, declared: declarationsFor(spec, kind, params) }))
  const found = checked.flatMap(({ fieldRef, source }) => {
    const issues = environments.flatMap(({ kind, declared }) => {
      const compiled = compile(source, declared)
      return E.isLeft(compiled) ? [`${kind.name}: ${compiled.left}\n`] : []
    })
    return issues.length === 0 ? [] : [{ fieldRef, warning: issues.join('\n') }]
  })
  const next = sources[checked.length]
  return next ? [...found, { fieldRef: next.fieldRef, warning: notChecked }] : found
}

const notChecked = `neither this expression nor those after it are checked: there are more than ${mostChecks} for all kinds together`

const sourcesOf = ({ validations = [] }: ValidatingPolicySpec): readonly { fieldRef: string; source: string }[] =>
  validations.flatMap(({ expression, messageExpression }, i) => {
    const at = index('spec.validations', i)
    return [
      { fieldRef: child(at, 'expression'), source: expression },
      ...(messageExpression ? [{ fieldRef: child(at, 'messageExpression'), source: messageExpression }] : []),
    ]
  })

const declarationsFor = (
  { variables = [] }: ValidatingPolicySpec,
  { schema }: MetKind,
  params: Schema<unknown> | undefined,
): Declarations => {
  const object = typeOfSchema(schema)
  const typed = new Map(admissionVariables({ hasParams: params !== undefined }))
  typed.set('object', object).set('oldObject', object)
  if (params) typed.set('params', typeOfSchema(params))
  return { variables: composedVariables(variables, typed).declared }
}
