import type { Steps } from '@periplus/prelude'
import type { FieldError } from '../refusal.ts'
import * as fieldError from '../status/field-error.ts'
import type { FieldPath } from '../status/field-error.ts'
import type { StructuralSchema } from './structural-schema.ts'
import { walkOf } from './walk.ts'
import type { Walk } from './walk.ts'

type Look = (schema: StructuralSchema, value: unknown, path: FieldPath, walk: Walk) => Steps<void>

/** What `allOf`, `anyOf`, `oneOf` and `not` say, which name the field in their words only. */
export function* combinationErrors(
  { allOf = [], anyOf, oneOf, not }: StructuralSchema,
  value: unknown,
  path: FieldPath,
  walk: Walk,
  look: Look,
): Steps<void> {
  function* holds(schema: StructuralSchema): Steps<boolean> {
    const within = walkOf(1, walk.effort)
    yield* look(schema, value, path, within)
    return within.errors.length === 0
  }
  function* countOf(schemas: readonly StructuralSchema[], enough: number): Steps<number> {
    let count = 0
    for (const schema of schemas) {
      if (walk.isOver || count >= enough) return count
      if (yield* holds(schema)) count++
    }
    return count
  }
  const says = (words: string): FieldError => fieldError.invalid('<nil>', '', `${JSON.stringify(path)} must ${words}`)
  for (const schema of allOf) {
    if (walk.isOver) return
    yield* look(schema, value, path, walk)
  }
  if (anyOf && (yield* countOf(anyOf, 1)) === 0) walk.tell([says('validate at least one schema (anyOf)')])
  const valid = oneOf && (yield* countOf(oneOf, Infinity))
  if (valid === 0) walk.tell([says('validate one and only one schema (oneOf). Found none valid')])
  if (valid !== undefined && valid > 1)
    walk.tell([says(`validate one and only one schema (oneOf). Found ${valid} valid alternatives`)])
  if (not && (yield* holds(not))) walk.tell([says('not validate the schema (not)')])
}
