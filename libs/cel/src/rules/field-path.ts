import { own } from '@periplus/prelude'
import { fieldError } from '@periplus/api'
import type { StructuralSchema } from '@periplus/api'

const step = /^(?:\.([^.[\]]+)|\['((?:[^'\\]|\\.)*)'\])/
const escape: Readonly<Record<string, string>> = { a: '\u0007', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' }

/** A rule's `fieldPath` (`.spec['a.b']`) as errors name fields; `undefined` where the schema has no such field. */
export const fieldOf = (path: string, schema: StructuralSchema): string | undefined => {
  let [rest, at, field]: [string, StructuralSchema | undefined, string] = [path, schema, '']
  while (rest !== '') {
    const [whole, plain, quoted] = step.exec(rest) ?? []
    if (whole === undefined || !at) return undefined
    const name =
      plain ?? (quoted ?? '').replace(/\\(.)/g, (_, character: string) => own(escape, character) ?? character)
    if (at.properties) {
      at = own(at.properties, name)
      field = fieldError.child(field, name)
    } else {
      at = typeof at.additionalProperties === 'object' ? at.additionalProperties : undefined
      field = fieldError.keyed(field, name)
    }
    if (!at) return undefined
    rest = rest.slice(whole.length)
  }
  return field
}
