import type { Declared } from '../schema/declared.ts'
import type { Range } from './range.ts'

/** How large values of a variable's parts may be. */
export type Sizes = ReadonlyMap<string, Declared>

/** Where a value comes from: a variable, then its fields, `@items`, `@keys` and `@values`. */
export type Path = readonly string[]

/** How many characters, bytes or elements what lies at a path may have, if that is declared. */
export const declaredSize = (sizes: Sizes, [name = '', ...rest]: Path): Range | undefined => {
  let at = sizes.get(name)
  for (const step of rest) at = at && stepInto(at, step)
  return at && { min: 0, max: at.mostElements }
}

const key: Declared = {
  type: { tag: 'string' },
  reads: { tag: 'text' },
  mostElements: 3 * 1024 * 1024 - 2,
  leastSize: 2,
}

const stepInto = ({ reads }: Declared, step: string): Declared | undefined => {
  if (reads.tag === 'object') return reads.fields.get(step)?.declared
  if (reads.tag === 'list') return step === '@items' ? reads.element : undefined
  if (reads.tag !== 'map') return undefined
  return step === '@keys' ? key : step === '@values' ? reads.value : undefined
}
