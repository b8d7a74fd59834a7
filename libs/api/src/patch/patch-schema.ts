import type { Schema } from '../schema/schema.ts'
import { shapeOf } from '../schema/shape.ts'

/** What a strategic merge patch must know of the place it is at. */
export interface PatchPlace {
  /** The schema of the value itself; `undefined` where the value has none (raw JSON, unknown fields). */
  readonly schema: Schema<unknown> | undefined
  /** Patches replace the value whole instead of merging into it. */
  readonly replaces: boolean
  /** The list merges, element by element or, without a `mergeKey`, as a set of scalars. */
  readonly merges: boolean
  readonly mergeKey: string | undefined
}

/** How the field `name` of a value with this schema is patched; keys of maps are all alike. */
export const placeOf = (schema: Schema<unknown> | undefined, name: string): PatchPlace => {
  const shape = schema && shapeOf(schema)
  if (shape?.tag === 'map') return { schema: shape.of, replaces: false, merges: false, mergeKey: undefined }
  const field = shape?.tag === 'struct' && Object.hasOwn(shape.fields, name) ? shape.fields[name] : undefined
  const { patch = '', mergeKey } = field?.options ?? {}
  return {
    schema: field?.schema,
    replaces: patch === 'replace',
    merges: patch === 'merge' || patch === 'merge,retainKeys',
    mergeKey,
  }
}

/** The schema of a list's elements. */
export const elementSchema = (schema: Schema<unknown> | undefined): Schema<unknown> | undefined => {
  const shape = schema && shapeOf(schema)
  return shape?.tag === 'list' ? shape.of : undefined
}
