import { scalars } from '../types/type.ts'
import type { Type } from '../types/type.ts'
import type { Value } from '../values/value.ts'

/** The type of what an expression says literally. */
export const literalType = (value: Value): Type => {
  if (value === null) return scalars.null_type
  switch (typeof value) {
    case 'boolean':
      return scalars.bool
    case 'bigint':
      return scalars.int
    case 'number':
      return scalars.double
    case 'string':
      return scalars.string
    default:
      return value instanceof Uint8Array ? scalars.bytes : scalars.uint
  }
}
