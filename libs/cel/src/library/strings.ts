import type { Budget } from '../evaluate/budget.ts'
import { deepTraversal, traversal } from '../values/size.ts'
import { PlainList, elementsOf } from '../values/value.ts'
import type { List, Value } from '../values/value.ts'
import { formatText } from './format-text.ts'
import { arg, fail, overload } from './overload.ts'
import type { Cost, Overload } from './overload.ts'

/** The characters of a text. */
const charactersOf = (text: string, budget: Budget): readonly string[] => {
  budget.toil(1 + text.length / 4)
  return [...text]
}

const within = (position: bigint, size: number): number =>
  position < 0n || position > BigInt(size) ? fail(`index out of range: ${position}`) : Number(position)

const charAt = (args: readonly Value[], budget: Budget): string => {
  const characters = charactersOf(arg<string>(args, 0), budget)
  return characters[within(arg<bigint>(args, 1), characters.length)] ?? ''
}

const substring = (args: readonly Value[], budget: Budget): string => {
  const characters = charactersOf(arg<string>(args, 0), budget)
  const [start, end] = [arg<bigint>(args, 1), args.length > 2 ? arg<bigint>(args, 2) : BigInt(characters.length)]
  if (args.length > 2 && start > end) return fail(`invalid substring range. start: ${start}, end: ${end}`)
  return characters.slice(within(start, characters.length), within(end, characters.length)).join('')
}

/** Where a unit of UTF-16 stands among the characters. */
const inCharacters = (text: string, unit: number, budget: Budget): bigint =>
  unit < 0 ? -1n : BigInt(charactersOf(text.slice(0, unit), budget).length)

const unitOf = (characters: readonly string[], position: number): number =>
  characters.slice(0, position).join('').length

const indexOf = (args: readonly Value[], budget: Budget): bigint => {
  const [text, part, offset] = [arg<string>(args, 0), arg<string>(args, 1), args.length > 2 ? arg<bigint>(args, 2) : 0n]
  if (part === '') return offset
  if (offset < 0n) return fail(`index out of range: ${offset}`)
  const characters = charactersOf(text, budget)
  if (offset >= characters.length) return -1n
  return inCharacters(text, text.indexOf(part, unitOf(characters, Number(offset))), budget)
}

const lastIndexOf = (args: readonly Value[], budget: Budget): bigint => {
  const [text, part] = [arg<string>(args, 0), arg<string>(args, 1)]
  const characters = charactersOf(text, budget)
  const offset =
    args.length > 2 ? arg<bigint>(args, 2) : BigInt(part === '' ? characters.length : characters.length - 1)
  if (part === '') return offset
  if (args.length > 2 && offset < 0n) return fail(`index out of range: ${offset}`)
  if (offset >= characters.length || offset < 0n) return -1n
  return inCharacters(text, text.lastIndexOf(part, unitOf(characters, Number(offset))), budget)
}

const onAscii =
  (pattern: RegExp, change: (letters: string) => string): Overload['run'] =>
  args =>
    arg<string>(args, 0).replace(pattern, change)

const replace = (args: readonly Value[], budget: Budget): string => {
  const [text, old, by] = [arg<string>(args, 0), arg<string>(args, 1), arg<string>(args, 2)]
  const most = args.length > 3 ? Number(arg<bigint>(args, 3)) : -1
  const found: string[] = []
  let from = 0
  for (let i = 0; most < 0 || i < most; i++) {
    const step = old === '' && i > 0 ? ((text.codePointAt(from) ?? 0) > 0xffff ? 2 : 1) : 0
    if (old === '' && from + step > text.length) break
    const at = old === '' ? from + step : text.indexOf(old, from)
    if (at < 0) break
    budget.toil(1 + (at - from + by.length) / 16)
    found.push(text.slice(from, at), by)
    from = at + old.length
  }
  return [...found, text.slice(from)].join('')
}

const split = (args: readonly Value[], budget: Budget): List => {
  const [text, separator] = [arg<string>(args, 0), arg<string>(args, 1)]
  const most = args.length > 2 ? Number(arg<bigint>(args, 2)) : -1
  if (most === 0) return new PlainList([])
  budget.toil(1 + text.length / 2)
  const parts = separator === '' ? [...text] : text.split(separator)
  if (most < 0 || parts.length <= most) return new PlainList(parts)
  return new PlainList([...parts.slice(0, most - 1), parts.slice(most - 1).join(separator)])
}

const join = (args: readonly Value[], budget: Budget): string => {
  const list = arg<List>(args, 0)
  budget.toil(list.size)
  const parts = [...elementsOf(list, budget)].map(part =>
    typeof part === 'string' ? part : fail(`join: invalid input: ${String(part)}`),
  )
  const separator = args.length > 1 ? arg<string>(args, 1) : ''
  // What it makes is charged for before it is made.
  budget.toil((parts.reduce((sum, part) => sum + part.length, 0) + parts.length * separator.length) / 16)
  return parts.join(separator)
}

const escapes: ReadonlyMap<string, string> = new Map([
  ['\u0007', '\\a'],
  ['\b', '\\b'],
  ['\f', '\\f'],
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
  ['\v', '\\v'],
  ['\\', '\\\\'],
  ['"', '\\"'],
])

const quote = (args: readonly Value[]): string =>
  `"${wellFormed(arg<string>(args, 0)).replace(/[\u0007\b\f\n\r\t\v\\"]/g, character => escapes.get(character) ?? character)}"`

/** With the replacement character for halves of pairs. */
const wellFormed = (text: string): string => Buffer.from(text, 'utf8').toString('utf8')

/** White space as Go and Unicode have it. */
const isSpace = (unit: number): boolean =>
  (unit >= 9 && unit <= 13) ||
  unit === 32 ||
  unit === 0x85 ||
  unit === 0xa0 ||
  unit === 0x1680 ||
  (unit >= 0x2000 && unit <= 0x200a) ||
  [0x2028, 0x2029, 0x202f, 0x205f, 0x3000].includes(unit)

const trimmed = (text: string): string => {
  let [from, to] = [0, text.length]
  while (from < to && isSpace(text.charCodeAt(from))) from++
  while (to > from && isSpace(text.charCodeAt(to - 1))) to--
  return text.slice(from, to)
}

const times =
  (factor: number): Cost =>
  ([text = null], _, budget) =>
    traversal(text, budget, factor)
const byAll: Cost = ([text = null], _, budget) => deepTraversal(text, budget)
const byResult: Cost = (_, result, budget) => traversal(result, budget, 2)

/** CEL's extension for texts, in the version of Kubernetes. */
export const strings: readonly Overload[] = [
  overload('.charAt', 'string_char_at_int', 'string, int -> string', charAt),
  overload('.substring', 'string_substring_int', 'string, int -> string', substring, times(1)),
  overload('.substring', 'string_substring_int_int', 'string, int, int -> string', substring, times(1)),
  overload('.indexOf', 'string_index_of_string', 'string, string -> int', indexOf, byAll),
  overload('.indexOf', 'string_index_of_string_int', 'string, string, int -> int', indexOf, byAll),
  overload('.lastIndexOf', 'string_last_index_of_string', 'string, string -> int', lastIndexOf, byAll),
  overload('.lastIndexOf', 'string_last_index_of_string_int', 'string, string, int -> int', lastIndexOf, byAll),
  overload(
    '.lowerAscii',
    'string_lower_ascii',
    'string -> string',
    onAscii(/[A-Z]+/g, part => part.toLowerCase()),
    times(1),
  ),
  overload(
    '.upperAscii',
    'string_upper_ascii',
    'string -> string',
    onAscii(/[a-z]+/g, part => part.toUpperCase()),
    times(1),
  ),
  overload('.replace', 'string_replace_string_string', 'string, string, string -> string', replace, times(2)),
  overload('.replace', 'string_replace_string_string_int', 'string, string, string, int -> string', replace, times(2)),
  overload('.split', 'string_split_string', 'string, string -> list(string)', split, times(2)),
  overload('.split', 'string_split_string_int', 'string, string, int -> list(string)', split, times(2)),
  overload('.trim', 'string_trim', 'string -> string', args => trimmed(arg<string>(args, 0)), times(1)),
  overload('.join', 'list_join', 'list(string) -> string', join, byResult),
  overload('.join', 'list_join_string', 'list(string), string -> string', join, byResult),
  overload('strings.quote', 'strings_quote', 'string -> string', quote, times(1)),
  overload(
    '.format',
    'string_format',
    'string, list(dyn) -> string',
    (args, budget) => formatText(arg<string>(args, 0), arg<List>(args, 1), budget),
    times(1),
  ),
]
