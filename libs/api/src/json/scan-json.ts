import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import { goQuote } from '../status/go-quote.ts'

/** A member of an object as it stands in the text. */
export interface Member {
  /** `spec.containers[0].image`. */
  readonly path: string
  /** Characters from the start of the text to the member's key. */
  readonly offset: number
  /** The same object had the key before. */
  readonly repeated: boolean
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

  constructor(text: string) {
    this.text = text
  }

  run(): readonly Member[] {
    this.value('', 0)
    this.space()
    if (this.at < this.text.length) this.fail('after top-level value')
    return this.members
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

  private value(path: string, depth: number): void {
    if (depth > maxDepth) throw new SyntaxFault('exceeded max depth')
    this.space()
    const character = this.text[this.at] ?? ''
    if (character === '{') this.object(path, depth)
    else if (character === '[') this.array(path, depth)
    else if (character === '"') this.string()
    else if (character === 't') this.literal('true')
    else if (character === 'f') this.literal('false')
    else if (character === 'n') this.literal('null')
    else if (character === '-' || (character >= '0' && character <= '9')) this.number()
    else this.fail('looking for beginning of value')
  }

  private object(path: string, depth: number): void {
    const seen = new Set<string>()
    this.at++
    this.space()
    if (this.take('}')) return
    for (;;) {
      this.space()
      const offset = this.at
      if (this.text[this.at] !== '"') this.fail('looking for beginning of object key string')
      const key = this.string()
      const inner = path === '' ? key : `${path}.${key}`
      this.members.push({ path: inner, offset, repeated: seen.has(key) })
      seen.add(key)
      this.space()
      if (!this.take(':')) this.fail('after object key')
      this.value(inner, depth + 1)
      this.space()
      if (this.take('}')) return
      if (!this.take(',')) this.fail('after object key:value pair')
    }
  }

  private array(path: string, depth: number): void {
    this.at++
    this.space()
    if (this.take(']')) return
    for (let position = 0; ; position++) {
      this.value(`${path}[${position}]`, depth + 1)
      this.space()
      if (this.take(']')) return
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

  private literal(word: string): void {
    for (const expected of word)
      if (!this.take(expected)) this.fail(`in literal ${word} (expecting ${shown(expected)})`)
  }

  private digits(where: string): void {
    if (!/[0-9]/.test(this.text[this.at] ?? '')) this.fail(where)
    while (/[0-9]/.test(this.text[this.at] ?? '')) this.at++
  }

  private number(): void {
    this.take('-')
    if (!this.take('0')) this.digits('in numeric literal')
    if (this.take('.')) this.digits('after decimal point in numeric literal')
    if (this.take('e') || this.take('E')) {
      if (!this.take('+')) this.take('-')
      this.digits('in exponent of numeric literal')
    }
  }
}

/** Every member of every object of JSON text, in the text's order; on the left, Go's error for text that isn't JSON. */
export const scanJson = (text: string): Either<string, readonly Member[]> => {
  try {
    return E.right(new Scanner(text).run())
  } catch (fault) {
    if (fault instanceof SyntaxFault) return E.left(fault.message)
    throw fault
  }
}
