import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import { goQuote } from '../status/go-quote.ts'
import { put } from './json-value.ts'

/** A member of an object as it stands in the text. */
export interface Member {
  /** `spec.containers[0].image`. */
  readonly path: string
  /** Characters from the start of the text to the member's key. */
  readonly offset: number
  /** The same object had the key before. */
  readonly repeated: boolean
}

/** A number that is whole and not spelled as an integer, such as `1.0` or `1e3`: Go reads no integer out of it. */
export interface Spelling {
  readonly path: readonly (string | number)[]
  readonly text: string
}

/** What JSON text says, and how. */
export interface ScannedJson {
  /** Integers beyond 2^53 are `bigint`. */
  readonly value: unknown
  /** Every member of every object, in the text's order. */
  readonly members: readonly Member[]
  readonly spellings: readonly Spelling[]
}

/** Nested deeper than this, text is refused: nothing that Kubernetes has comes near. */
export const maxDepth = 1000

const endText = 'unexpected end of JSON input'

/** Ends a scan: every other way out of a nested value is a return. Caught in `scanJson`. */
class SyntaxFault extends Error {}

const shown = (character: string): string => {
  if (character === "'") return "'\\''"
  return character === '"' ? `'"'` : `'${goQuote(character).slice(1, -1)}'`
}

const isSpace = (code: number): boolean => code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09

class Scanner {
  private at = 0
  private readonly text: string
  private readonly members: Member[] = []
  private readonly spellings: Spelling[] = []
  private readonly keys: (string | number)[] = []

  constructor(text: string) {
    this.text = text
  }

  run(): ScannedJson {
    const value = this.value('', 0)
    this.space()
    if (this.at < this.text.length) this.fail('after top-level value')
    return { value, members: this.members, spellings: this.spellings }
  }

  private fail(where: string): never {
    if (this.at >= this.text.length) throw new SyntaxFault(endText)
    throw new SyntaxFault(
      `invalid character ${shown(String.fromCodePoint(this.text.codePointAt(this.at) ?? 0))} ${where}`,
    )
  }

  private space(): void {
    while (isSpace(this.text.charCodeAt(this.at))) this.at++
  }

  private take(character: string): boolean {
    if (this.text[this.at] !== character) return false
    this.at++
    return true
  }

  private value(path: string, depth: number): unknown {
    if (depth > maxDepth) throw new SyntaxFault('exceeded max depth')
    this.space()
    const character = this.text[this.at] ?? ''
    if (character === '{') return this.object(path, depth)
    if (character === '[') return this.array(path, depth)
    if (character === '"') return this.string()
    if (character === 't') return this.literal('true', true)
    if (character === 'f') return this.literal('false', false)
    if (character === 'n') return this.literal('null', null)
    if (character === '-' || (character >= '0' && character <= '9')) return this.number()
    return this.fail('looking for beginning of value')
  }

  /** The value at a key of the object or a position of the list that is being read. */
  private inside(key: string | number, path: string, depth: number): unknown {
    this.keys.push(key)
    const value = this.value(path, depth + 1)
    this.keys.pop()
    return value
  }

  private object(path: string, depth: number): Record<string, unknown> {
    const members: Record<string, unknown> = {}
    this.at++
    this.space()
    if (this.take('}')) return members
    for (;;) {
      this.space()
      const offset = this.at
      if (this.text[this.at] !== '"') this.fail('looking for beginning of object key string')
      const key = this.string()
      const inner = path === '' ? key : `${path}.${key}`
      this.members.push({ path: inner, offset, repeated: Object.hasOwn(members, key) })
      this.space()
      if (!this.take(':')) this.fail('after object key')
      put(members, key, this.inside(key, inner, depth))
      this.space()
      if (this.take('}')) return members
      if (!this.take(',')) this.fail('after object key:value pair')
    }
  }

  private array(path: string, depth: number): unknown[] {
    const elements: unknown[] = []
    this.at++
    this.space()
    if (this.take(']')) return elements
    for (;;) {
      const position = elements.length
      elements.push(this.inside(position, `${path}[${position}]`, depth))
      this.space()
      if (this.take(']')) return elements
      if (!this.take(',')) this.fail('after array element')
    }
  }

  private string(): string {
    const start = this.at++
    for (;;) {
      const code = this.text.charCodeAt(this.at)
      if (Number.isNaN(code) || code < 0x20) this.fail('in string literal')
      this.at++
      if (code === 0x22) return JSON.parse(this.text.slice(start, this.at)) as string
      if (code === 0x5c) this.escape()
    }
  }

  private escape(): void {
    if (!'"\\/bfnrtu'.includes(this.text[this.at] ?? ' ')) this.fail('in string escape code')
    if (this.text[this.at++] !== 'u') return
    for (let digit = 0; digit < 4; digit++, this.at++)
      if (!/[0-9a-fA-F]/.test(this.text[this.at] ?? '')) this.fail('in \\u hexadecimal character escape')
  }

  private literal<A>(word: string, value: A): A {
    for (const expected of word)
      if (!this.take(expected)) this.fail(`in literal ${word} (expecting ${shown(expected)})`)
    return value
  }

  private digits(where: string): void {
    if (!/[0-9]/.test(this.text[this.at] ?? '')) this.fail(where)
    while (/[0-9]/.test(this.text[this.at] ?? '')) this.at++
  }

  private number(): number | bigint {
    const start = this.at
    this.take('-')
    if (!this.take('0')) this.digits('in numeric literal')
    const end = this.at
    if (this.take('.')) this.digits('after decimal point in numeric literal')
    if (this.take('e') || this.take('E')) {
      if (!this.take('+')) this.take('-')
      this.digits('in exponent of numeric literal')
    }
    const text = this.text.slice(start, this.at)
    const value = Number(text)
    if (!Number.isFinite(value))
      throw new SyntaxFault(`json: cannot unmarshal number ${brief(text)} into Go value of type float64`)
    if (end === this.at) return Number.isSafeInteger(value) ? value : BigInt(text)
    if (Number.isInteger(value)) this.spellings.push({ path: [...this.keys], text })
    return value
  }
}

const brief = (text: string): string => (text.length > 40 ? `${text.slice(0, 40)}...` : text)

/** What JSON text says, member by member; on the left, Go's error for text that isn't JSON. */
export const scanJson = (text: string): Either<string, ScannedJson> => {
  try {
    return E.right(new Scanner(text).run())
  } catch (fault) {
    if (fault instanceof SyntaxFault) return E.left(fault.message)
    throw fault
  }
}
