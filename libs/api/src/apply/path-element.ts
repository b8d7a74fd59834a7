import { atOnce, isRestDue } from '@periplus/prelude'
import type { Steps } from '@periplus/prelude'
import { toJson } from '../json/exact-json.ts'

/** Names of fields are few; a text that is put together is dear as a key. What an object has in thousands is not remembered. */
const fields = new Map<string, string>()
const [mostFields, longestField] = [10_000, 100]

/** A path element's text, as `FieldsV1` has it, of a member of a struct or a map. */
export const fieldElement = (name: string): string => {
  const known = fields.get(name)
  if (known !== undefined) return known
  const element = `f:${name}`
  if (fields.size < mostFields && name.length <= longestField) fields.set(name, element)
  return element
}

const escapes: Readonly<Record<string, string>> = { '<': '\\u003c', '>': '\\u003e', '&': '\\u0026' }
/** JSON as Go writes it. */
const goJson = (value: unknown): string => {
  const json = typeof value === 'string' || typeof value === 'number' ? JSON.stringify(value) : toJson(value)
  return /[<>&]/.test(json) ? json.replace(/[<>&]/g, character => escapes[character] ?? character) : json
}

/** Of an element of a list that is a map by these fields, in the order of their names. */
export const keyElement = (keys: readonly (readonly [name: string, value: unknown])[]): string =>
  `k:{${keys.map(([name, value]) => `${goJson(name)}:${goJson(value)}`).join(',')}}`

/** Of an element of a list that is a set. */
export const valueElement = (value: unknown): string => `v:${goJson(value)}`

const kinds = ['f', 'k', 'v', 'i']

/** What stands behind the colon, as values; of a key, name and value in turn. `undefined` for what is no path element. */
const contentOf = (element: string): readonly unknown[] | undefined => {
  const text = element.slice(2)
  if (element[0] === 'f') return [text]
  if (element[0] === 'i') return /^-?\d{1,9}$/.test(text) ? [Number(text)] : undefined
  try {
    const value: unknown = JSON.parse(text)
    if (element[0] === 'v') return [value]
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
    return Object.entries(value).flat()
  } catch {
    return undefined
  }
}

/** Whether a text is a path element. */
export const isElement = (text: string): boolean =>
  text[1] === ':' && kinds.includes(text[0] ?? '') && contentOf(text) !== undefined

const ranks = ['number', 'bigint', 'string', 'boolean', 'object']

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

const compareValues = (a: unknown, b: unknown): number => {
  if (typeof a === 'number' && typeof b === 'number') return a - b
  if (typeof a === 'string' && typeof b === 'string') return compareText(a, b)
  if (typeof a === 'boolean' && typeof b === 'boolean') return Number(a) - Number(b)
  const [mine, other] = [ranks.indexOf(typeof a), ranks.indexOf(typeof b)]
  return mine === other ? compareText(goJson(a), goJson(b)) : mine - other
}

interface Read {
  readonly element: string
  readonly content: readonly unknown[]
}

/** The order of elements in a set: `.`, fields, keys, values, positions, each in their own order. */
const compareRead = (a: Read, b: Read): number => {
  if (a.element === b.element) return 0
  if (a.element === '.' || b.element === '.') return a.element === '.' ? -1 : 1
  const kind = kinds.indexOf(a.element[0] ?? '') - kinds.indexOf(b.element[0] ?? '')
  if (kind !== 0) return kind
  for (let i = 0; i < a.content.length && i < b.content.length; i++) {
    const order = compareValues(a.content[i], b.content[i])
    if (order !== 0) return order
  }
  return a.content.length - b.content.length
}

const sorted = <A>(items: readonly A[], compare: (a: A, b: A) => number): readonly A[] => {
  for (let i = 1; i < items.length; i++)
    if (compare(items[i - 1] as A, items[i] as A) > 0) return items.toSorted(compare)
  return items
}

/** Elements of a set in its order, the same array where they are; each is read once, however many there are. */
export const inOrder = (elements: readonly string[]): readonly string[] =>
  areFields(elements) ? sorted(elements, compareText) : atOnce(inOrderInSteps(elements))

/** Nearly all nodes are of fields alone, whose texts are in the order of the set. */
const areFields = (elements: readonly string[]): boolean => elements.every(element => element.startsWith('f:'))

/** The same in steps. */
export function* inOrderInSteps(elements: readonly string[]): Steps<readonly string[]> {
  if (areFields(elements)) return sorted(elements, compareText)
  const read: Read[] = []
  for (const element of elements) {
    if (isRestDue()) yield
    read.push({ element, content: contentOf(element) ?? [] })
  }
  const ordered = sorted(read, compareRead)
  return ordered === read ? elements : ordered.map(({ element }) => element)
}

const shown = (value: unknown): string => (typeof value === 'string' ? JSON.stringify(value) : goJson(value))

/** A path as people are told it: `.spec.containers[name="web"].image`. */
export const pathText = (path: readonly string[]): string =>
  path
    .map(element => {
      const content = contentOf(element) ?? []
      switch (element[0]) {
        case 'f':
          return `.${String(content[0])}`
        case 'k': {
          const pairs = content.flatMap((name, i) => (i % 2 === 0 ? [`${String(name)}=${shown(content[i + 1])}`] : []))
          return `[${pairs.join(',')}]`
        }
        case 'v':
          return `[=${shown(content[0])}]`
        default:
          return `[${String(content[0])}]`
      }
    })
    .join('')
