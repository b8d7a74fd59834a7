import { SyntaxFault } from './fault.ts'
import type { Token } from './tokens.ts'

const named: ReadonlyMap<string, string> = new Map([
  ['a', '\u0007'],
  ['b', '\b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
  ['v', '\v'],
  ['"', '"'],
  ["'", "'"],
  ['\\', '\\'],
  ['?', '?'],
  ['`', '`'],
])

/** The text between the quotes, and whether escapes mean something in it. */
const contents = ({ text }: Token): { readonly body: string; readonly raw: boolean } => {
  const [start = ''] = /^[bBrR]*/.exec(text) ?? []
  const mark = text[start.length] ?? ''
  const width = text.startsWith(mark.repeat(3), start.length) && text.length >= start.length + 6 ? 3 : 1
  return {
    body: text.slice(start.length + width, text.length - width).replace(/\r\n?/g, '\n'),
    raw: /[rR]/.test(start),
  }
}

/** A number that stands for a character (`\u0041`) or, with `x` and octal digits, for a byte in bytes and a character in text. */
const numbered = /^(?:[xX]([\da-fA-F]{2})|([0-3][0-7]{2})|u([\da-fA-F]{4})|U([\da-fA-F]{8}))/

const isCharacter = (code: number): boolean => code <= 0x10ffff && (code < 0xd800 || code > 0xdfff)

/** What a quoted text says, piece by piece: a text, or one byte of bytes. */
const pieces = (token: Token): readonly (string | number)[] => {
  const { body, raw } = contents(token)
  if (raw || !body.includes('\\')) return [body]
  const found: (string | number)[] = []
  for (let i = 0; i < body.length;) {
    const escape = body.indexOf('\\', i)
    const to = escape < 0 ? body.length : escape
    if (to > i) found.push(body.slice(i, to))
    if (escape < 0) break
    const rest = body.slice(escape + 1, escape + 10)
    const simple = named.get(rest[0] ?? '')
    if (simple !== undefined) {
      found.push(simple)
      i = escape + 2
      continue
    }
    const [whole, hex, octal, short, long] = numbered.exec(rest) ?? []
    if (whole === undefined) throw new SyntaxFault(token.at, 'Syntax error: invalid escape sequence in a literal')
    const code = octal === undefined ? Number.parseInt(hex ?? short ?? long ?? '', 16) : Number.parseInt(octal, 8)
    const isByte = token.kind === 'bytes' && short === undefined && long === undefined
    if (!isCharacter(code) || (token.kind === 'bytes' && !isByte))
      throw new SyntaxFault(token.at, `Syntax error: invalid unicode code point in a literal`)
    found.push(isByte ? code : String.fromCodePoint(code))
    i = escape + 1 + whole.length
  }
  return found
}

export const textOf = (token: Token): string => pieces(token).join('')

export const bytesOf = (token: Token): Uint8Array =>
  new Uint8Array(
    Buffer.concat(
      pieces(token).map(piece => (typeof piece === 'number' ? Buffer.from([piece]) : Buffer.from(piece, 'utf8'))),
    ),
  )

const mostInt = 2n ** 63n - 1n
const mostUint = 2n ** 64n - 1n

/** An integer literal; its sign counts, as the least one has no positive twin. */
export const intOf = ({ text, at }: Token, negative: boolean): bigint => {
  const size = BigInt(text)
  const value = negative ? -size : size
  if (value > mostInt || value < -mostInt - 1n) throw new SyntaxFault(at, 'Syntax error: invalid int literal')
  return value
}

export const uintOf = ({ text, at }: Token): bigint => {
  const value = BigInt(text.slice(0, -1))
  if (value > mostUint) throw new SyntaxFault(at, 'Syntax error: invalid uint literal')
  return value
}

export const doubleOf = ({ text, at }: Token): number => {
  const value = Number(text)
  if (!Number.isFinite(value)) throw new SyntaxFault(at, 'Syntax error: invalid double literal')
  return value
}
