import { TE } from '@periplus/prelude'
import type { TaskEither } from '@periplus/prelude'
import type { ConfigFault, LogWriter, OpenRefusal } from '../backend.ts'

/** Reads the fields of a configuration one by one and notes what is wrong; `opens` says it all at once. */
export interface ConfigReader {
  text(field: string): string | undefined
  requiredText(field: string): string
  /** A whole number from 1 to `most`. */
  count(field: string, byDefault: number, most: number): number
  flag(field: string): boolean
  oneOf<T extends string>(field: string, values: readonly T[], byDefault: T): T
  texts(field: string): ReadonlyMap<string, string>
  /** Of one of these protocols, such as `https:`, without a user. */
  url(field: string, protocols: readonly string[]): URL
  /** Fields of a nested object. */
  inside(field: string): ConfigReader
  fault(field: string, message: string): void
  /** The writer, where nothing is wrong. Fields that nobody asked for are faults too. */
  opens(writer: () => LogWriter): TaskEither<OpenRefusal, LogWriter>
}

const longestText = 4_096
const mostEntries = 64
const placeholder = new URL('http://invalid.invalid/')

const entriesOf = (value: unknown): ReadonlyMap<string, unknown> | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? new Map(Object.entries(value)) : undefined

/** Reads a backend's configuration field by field, and gathers what is wrong with it. */
export const readConfig = (config: unknown): ConfigReader => readerOf(config ?? {}, '', [])

const readerOf = (config: unknown, path: string, faults: ConfigFault[]): ConfigReader => {
  const entries = entriesOf(config) ?? new Map<string, unknown>()
  const asked = new Set<string>()
  const nested: (() => void)[] = []
  const fault = (field: string, message: string): void => {
    faults.push({ field: path === '' ? field : field === '' ? path : `${path}.${field}`, message })
  }
  if (entriesOf(config) === undefined) fault('', 'must be an object')
  const take = (field: string): unknown => {
    asked.add(field)
    return entries.get(field)
  }
  const text = (field: string): string | undefined => {
    const value = take(field)
    if (value === undefined) return undefined
    if (typeof value === 'string' && value !== '' && value.length <= longestText) return value
    fault(field, `must be a text of 1 to ${longestText} characters`)
    return undefined
  }
  const requiredText = (field: string): string => {
    const value = text(field)
    if (value === undefined && !entries.has(field)) fault(field, 'is required')
    return value ?? ''
  }
  const unasked = (): void => {
    for (const field of entries.keys()) if (!asked.has(field)) fault(field.slice(0, 64), 'is not known')
    for (const check of nested) check()
  }
  const reader: ConfigReader & { unasked(): void } = {
    text,
    requiredText,
    fault,
    unasked,
    count: (field, byDefault, most) => {
      const value = take(field) ?? byDefault
      if (Number.isInteger(value) && (value as number) >= 1 && (value as number) <= most) return value as number
      fault(field, `must be a whole number from 1 to ${most}`)
      return byDefault
    },
    flag: field => {
      const value = take(field) ?? false
      if (typeof value !== 'boolean') fault(field, 'must be true or false')
      return value === true
    },
    oneOf: (field, values, byDefault) => {
      const value = take(field) ?? byDefault
      const found = values.find(each => each === value)
      if (found === undefined) fault(field, `must be one of ${values.join(', ')}`)
      return found ?? byDefault
    },
    texts: field => {
      const found = entriesOf(take(field) ?? {})
      const given = found ? [...found] : []
      const texts = given.filter((entry): entry is [string, string] => typeof entry[1] === 'string')
      if (found === undefined || texts.length < given.length || given.length > mostEntries)
        fault(field, `must be an object of at most ${mostEntries} texts`)
      return new Map(texts)
    },
    url: (field, protocols) => {
      const value = requiredText(field)
      if (value === '') return placeholder
      const url = URL.canParse(value) ? new URL(value) : undefined
      if (url && protocols.includes(url.protocol) && url.hostname !== '' && url.username === '' && url.password === '')
        return url
      fault(field, `must be a URL (${protocols.map(each => `${each}//`).join(', ')}) without a user`)
      return placeholder
    },
    inside: field => {
      const inner = readerOf(take(field) ?? {}, path === '' ? field : `${path}.${field}`, faults)
      nested.push((inner as typeof reader).unasked)
      return inner
    },
    opens: writer => {
      unasked()
      return faults.length === 0 ? TE.fromIO(writer) : TE.left({ tag: 'Invalid', faults })
    },
  }
  return reader
}
