import { isRecord } from '../json/json-value.ts'
import type { FieldError } from '../refusal.ts'
import * as fieldError from '../status/field-error.ts'
import type { FieldPath } from '../status/field-error.ts'

const isText = (value: unknown): boolean => typeof value === 'string'
const isFlag = (value: unknown): boolean => typeof value === 'boolean'
const isNumber = (value: unknown): boolean => typeof value === 'number'
const isCount = (value: unknown): boolean => Number.isInteger(value)
const isTexts = (value: unknown): boolean => Array.isArray(value) && value.every(isText)

const ruleTexts = ['rule', 'message', 'messageExpression', 'reason', 'fieldPath']
const isRules = (value: unknown): boolean =>
  Array.isArray(value) &&
  value.every(
    rule =>
      isRecord(rule) &&
      ruleTexts.every(name => rule[name] === undefined || isText(rule[name])) &&
      (rule['optionalOldSelf'] === undefined || isFlag(rule['optionalOldSelf'])),
  )

/** What the members of a schema are; what stands below `items` and `additionalProperties` nobody has looked at before. */
const shapes: readonly (readonly [string, (value: unknown) => boolean, readonly string[]])[] = [
  [
    'a string',
    isText,
    ['type', 'format', 'description', 'title', 'pattern', 'x-kubernetes-list-type', 'x-kubernetes-map-type'],
  ],
  [
    'a boolean',
    isFlag,
    [
      ...['nullable', 'exclusiveMinimum', 'exclusiveMaximum', 'uniqueItems', 'x-kubernetes-preserve-unknown-fields'],
      ...['x-kubernetes-embedded-resource', 'x-kubernetes-int-or-string'],
    ],
  ],
  ['a number', isNumber, ['minimum', 'maximum', 'multipleOf']],
  ['an integer', isCount, ['minLength', 'maxLength', 'minItems', 'maxItems', 'minProperties', 'maxProperties']],
  ['a list of strings', isTexts, ['required', 'x-kubernetes-list-map-keys']],
  ['a list of rules', isRules, ['x-kubernetes-validations']],
  ['a list', Array.isArray, ['enum', 'allOf', 'anyOf', 'oneOf']],
  ['an object', isRecord, ['properties', 'items', 'not']],
  ['a boolean or an object', value => isFlag(value) || isRecord(value), ['additionalProperties']],
]

/** The members of a schema that are not of their type. */
export const misshapen = (schema: Readonly<Record<string, unknown>>, path: FieldPath): readonly FieldError[] =>
  shapes.flatMap(([name, fits, members]) =>
    members
      .filter(member => schema[member] !== undefined && !fits(schema[member]))
      .map(member => fieldError.invalid(fieldError.child(path, member), schema[member], `must be ${name}`)),
  )
