import { list, map, optional } from '../types/type.ts'
import type { Type } from '../types/type.ts'
import type { Signature } from '../types/signature.ts'

/** A signature with variables of its own, as each call of a function is checked apart from all others. */
export const freshened = (
  { parameters, result }: Signature,
  variable: () => Type,
): readonly [parameters: readonly Type[], result: Type] => {
  const renamed = new Map<string, Type>()
  const rename = (type: Type): Type => {
    if (type.tag === 'list') return list(rename(type.element))
    if (type.tag === 'map') return map(rename(type.key), rename(type.value))
    if (type.tag === 'optional') return optional(rename(type.of))
    if (type.tag === 'type') return type.of ? { tag: 'type', of: rename(type.of) } : type
    if (type.tag !== 'parameter') return type
    const known = renamed.get(type.name) ?? variable()
    renamed.set(type.name, known)
    return known
  }
  return [parameters.map(rename), rename(result)]
}
