import { isRecord, put } from '../json/json-value.ts'

/** A value of its own that is the same as another. */
export interface Copied {
  readonly value: unknown
  /** Of its JSON, but for what is escaped. */
  readonly characters: number
  /** Members and elements, however deep. */
  readonly values: number
}

/** Copies a JSON value; `undefined` as soon as it turns out to have more values than that. */
export const copyOf = (value: unknown, most: number): Copied | undefined => {
  let characters = 0
  let values = 0
  const copied = (one: unknown): unknown => {
    if (Array.isArray(one)) {
      characters += one.length + 1
      values += one.length
      return values > most ? undefined : one.map(copied)
    }
    if (!isRecord(one)) {
      characters += typeof one === 'string' ? one.length + 2 : String(one).length
      return one
    }
    const copy: Record<string, unknown> = {}
    characters += 2
    for (const key in one) {
      if (++values > most) return undefined
      characters += key.length + 4
      put(copy, key, copied(one[key]))
    }
    return copy
  }
  const copy = copied(value)
  return values > most ? undefined : { value: copy, characters, values }
}
