import type { FieldError } from '../refusal.ts'
import * as fieldError from '../status/field-error.ts'
import type { FieldPath } from '../status/field-error.ts'
import type { StructuralSchema } from './structural-schema.ts'

type Check = (schema: StructuralSchema, value: unknown, path: FieldPath) => readonly FieldError[]

/** What `allOf`, `anyOf`, `oneOf` and `not` say, which name the field in their words only. */
export const combinationErrors = (
  { allOf = [], anyOf, oneOf, not }: StructuralSchema,
  value: unknown,
  path: FieldPath,
  check: Check,
): readonly FieldError[] => {
  const holds = (schema: StructuralSchema): boolean => check(schema, value, path).length === 0
  const says = (words: string): FieldError => fieldError.invalid('<nil>', '', `${JSON.stringify(path)} must ${words}`)
  const valid = oneOf?.filter(holds).length
  return [
    ...allOf.flatMap(schema => check(schema, value, path)),
    ...(anyOf && !anyOf.some(holds) ? [says('validate at least one schema (anyOf)')] : []),
    ...(valid === 0 ? [says('validate one and only one schema (oneOf). Found none valid')] : []),
    ...(valid !== undefined && valid > 1
      ? [says(`validate one and only one schema (oneOf). Found ${valid} valid alternatives`)]
      : []),
    ...(not && holds(not) ? [says('not validate the schema (not)')] : []),
  ]
}
