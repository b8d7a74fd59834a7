import { fieldError } from '@periplus/api'
import type { FieldError, StructuralSchema } from '@periplus/api'
import { fieldOf } from './field-path.ts'
import type { ValidationRule } from './rule.ts'

const { child, invalid, notSupported, required } = fieldError

const reasons = ['FieldValueDuplicate', 'FieldValueForbidden', 'FieldValueInvalid', 'FieldValueRequired']

const hasBreaks = (text: string): boolean => /[\n\r]/.test(text)
const isBlank = (text: string | undefined): boolean => text !== undefined && text !== '' && text.trim() === ''

/** What is wrong with a rule before its expressions are looked at. */
export const ruleShapeErrors = (rule: ValidationRule, schema: StructuralSchema, at: string): readonly FieldError[] => {
  const { messageExpression, reason, fieldPath = '' } = rule
  return [
    ...messageErrors(rule, at),
    ...(isBlank(messageExpression)
      ? [required(child(at, 'messageExpression'), 'messageExpression must be non-empty if specified')]
      : []),
    ...(reason !== undefined && !reasons.includes(reason) ? [notSupported(child(at, 'reason'), reason, reasons)] : []),
    ...(isBlank(fieldPath) ? [invalid(child(at, 'fieldPath'), fieldPath, 'must be non-empty if specified')] : []),
    ...(hasBreaks(fieldPath) ? [invalid(child(at, 'fieldPath'), fieldPath, 'must not contain line breaks')] : []),
    ...(fieldPath !== '' && fieldOf(fieldPath, schema) === undefined
      ? [invalid(child(at, 'fieldPath'), fieldPath, 'must be a valid path')]
      : []),
  ]
}

const messageErrors = ({ rule = '', message = '' }: ValidationRule, at: string): readonly FieldError[] => {
  const path = child(at, 'message')
  if (rule.trim() === '') return [required(child(at, 'rule'), 'rule is not specified')]
  if (isBlank(message)) return [invalid(path, message, 'must be non-empty if specified')]
  if (hasBreaks(message.trim())) return [invalid(path, message, 'must not contain line breaks')]
  return hasBreaks(rule.trim()) && message === ''
    ? [required(path, 'message must be specified if rule contains line breaks')]
    : []
}
