import { list, map, optional, scalars } from './type.ts'
import type { Type } from './type.ts'

/** What a function takes and gives. */
export interface Signature {
  readonly parameters: readonly Type[]
  readonly result: Type
}

/**
 * A signature as it is written in this package: `string, list(A) -> optional(A)`. One capital letter is a variable of types; any other
 * name that CEL does not have is a library's type.
 */
export const signature = (text: string): Signature => {
  const words = text.match(/->|[(),]|[\w.]+/g) ?? []
  let i = 0
  const takes = (word: string): boolean => words[i] === word && ++i > 0
  const type = (): Type => {
    const name = words[i++] ?? ''
    if (Object.hasOwn(scalars, name)) return scalars[name as keyof typeof scalars]
    if (/^[A-Z]$/.test(name)) return { tag: 'parameter', name }
    if (!takes('(')) return name === 'type' ? { tag: 'type', of: undefined } : { tag: 'opaque', name }
    const of = type()
    const second = takes(',') ? type() : of
    takes(')')
    return name === 'list'
      ? list(of)
      : name === 'map'
        ? map(of, second)
        : name === 'type'
          ? { tag: 'type', of }
          : optional(of)
  }
  const parameters: Type[] = []
  while (!takes('->')) {
    parameters.push(type())
    takes(',')
  }
  return { parameters, result: type() }
}
