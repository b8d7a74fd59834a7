import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import type { LineParser } from '../definitions/sink.ts'
import { linePattern } from './pattern.ts'

/** What a line says beside its text; `undefined` where it does not have the form. */
export type ParseLine = (text: string) => ReadonlyMap<string, unknown> | undefined

/** Longer lines stay text. */
const longestJson = 65_536
const mostMembers = 256
const deepest = 16

const isShallow = (value: unknown, left: number): boolean =>
  typeof value !== 'object' ||
  value === null ||
  (left > 0 && Object.values(value).every(each => isShallow(each, left - 1)))

const parseJson: ParseLine = text => {
  if (text.length > longestJson || !text.startsWith('{')) return undefined
  try {
    const members = Object.entries(JSON.parse(text) as object)
    const fits = members.length <= mostMembers && members.every(([, value]) => isShallow(value, deepest))
    return fits ? new Map<string, unknown>(members) : undefined
  } catch {
    return undefined
  }
}

/** Left: why lines cannot be parsed so. */
export const parserOf = (parser: LineParser | undefined): Either<string, ParseLine | undefined> => {
  if (parser === undefined) return E.right(undefined)
  if (parser.format === 'json') return E.right(parseJson)
  if (parser.pattern === undefined) return E.left('spec.parse.pattern: is required where the format is regex')
  const pattern = linePattern(parser.pattern)
  return E.isLeft(pattern) ? E.left(`spec.parse.pattern: ${pattern.left}`) : E.right(pattern.right.groups)
}
