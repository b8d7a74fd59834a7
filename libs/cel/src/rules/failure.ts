import { E } from '@periplus/prelude'
import type { Steps } from '@periplus/prelude'
import { fieldError } from '@periplus/api'
import type { FieldError, StructuralSchema } from '@periplus/api'
import type { Variables } from '../compile.ts'
import { callLimit, longestMessage } from '../limits.ts'
import type { CompiledRule, Purse } from './rule.ts'

/** What is told of a value that breaks a rule. */
export function* failureOf(
  compiled: CompiledRule,
  { type }: StructuralSchema,
  value: unknown,
  field: string,
  variables: Variables,
  purse: Purse,
): Steps<FieldError> {
  const path = compiled.field === '' ? field : fieldError.child(field, compiled.field)
  const { rule } = compiled
  const said =
    (yield* messageOf(compiled, variables, purse)) ?? rule.message?.trim() ?? `failed rule: ${rule.rule.trim()}`
  const isWhole = type === 'object' || type === 'array'
  return errorFor(rule.reason, path || '<nil>', isWhole ? undefined : value, said)
}

/** Objects and lists are not repeated. */
const errorFor = (reason: string | undefined, field: string, value: unknown, detail: string): FieldError => {
  if (reason === 'FieldValueForbidden') return fieldError.forbidden(field, detail)
  if (reason === 'FieldValueRequired') return fieldError.required(field, detail)
  if (reason === 'FieldValueDuplicate')
    return value === undefined
      ? { reason: 'FieldValueDuplicate', field, message: 'Duplicate value' }
      : fieldError.duplicate(field, value)
  return value === undefined
    ? { reason: 'FieldValueInvalid', field, message: `Invalid value: ${detail}` }
    : fieldError.invalid(field, value, detail)
}

/** What `messageExpression` gives; `undefined` where there is none, or it gives nothing that could be told. */
function* messageOf({ message }: CompiledRule, variables: Variables, purse: Purse): Steps<string | undefined> {
  if (typeof message !== 'object') return undefined
  const { cost, result } = yield* message.program.evaluateInSteps(variables, Math.min(callLimit, purse.left))
  purse.left -= cost
  const { source } = message.program
  if (E.isLeft(result) && result.left.tag === 'BudgetExceeded') {
    purse.left = -1
    return `no further validation rules will be run due to call cost exceeds limit for messageExpression: ${JSON.stringify(source)}`
  }
  return E.isRight(result) && typeof result.right === 'string' ? tellable(result.right) : undefined
}

/** A text that may stand in an error: one line, not empty, not too long. */
export const tellable = (text: string): string | undefined => {
  const trimmed = text.trim()
  return trimmed === '' || trimmed.includes('\n') || Buffer.byteLength(trimmed) > longestMessage ? undefined : trimmed
}
