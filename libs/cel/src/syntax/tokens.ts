import { SyntaxFault } from './fault.ts'

export interface Token {
  readonly kind: 'int' | 'uint' | 'double' | 'string' | 'bytes' | 'identifier' | 'escaped' | 'symbol' | 'end'
  readonly text: string
  readonly at: number
}

const symbols = /(?:==|!=|<=|>=|&&|\|\||[-+*/%!?:.,<>()[\]{}])/y
const space = /(?:[\t \r\n\f]|\/\/[^\n]*(?:\n|$))+/y
const double = /(?:\d+\.\d+(?:[eE][-+]?\d+)?|\d+[eE][-+]?\d+|\.\d+(?:[eE][-+]?\d+)?)/y
const uint = /(?:0x[\da-fA-F]+|\d+)[uU]/y
const int = /(?:0x[\da-fA-F]+|\d+)/y
const word = /[A-Za-z_][A-Za-z0-9_]*/y
const escaped = /`[A-Za-z0-9_.\-/ ]+`/y
const prefix = /[bB]?[rR]?(?="|')|[rR](?="|')/y

/** The words of an expression; the last is the end. */
export const tokensOf = (source: string): readonly Token[] => {
  const tokens: Token[] = []
  let at = 0
  const match = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at
    return pattern.exec(source)?.[0]
  }
  const next = (): Token => {
    const start = match(prefix)
    if (start !== undefined) return quoted(source, at, start)
    for (const [kind, pattern] of kinds) {
      const text = match(pattern)
      if (text !== undefined) return { kind, text, at }
    }
    const found = String.fromCodePoint(source.codePointAt(at) ?? 0)
    throw new SyntaxFault(at, `Syntax error: token recognition error at: '${found}'`)
  }
  for (;;) {
    at += match(space)?.length ?? 0
    if (at >= source.length) return [...tokens, { kind: 'end', text: '<EOF>', at }]
    const token = next()
    tokens.push(token)
    at += token.text.length
  }
}

const kinds: readonly (readonly [Token['kind'], RegExp])[] = [
  ['double', double],
  ['uint', uint],
  ['int', int],
  ['identifier', word],
  ['escaped', escaped],
  ['symbol', symbols],
]

/** A text with its quotes and prefix, as it was written. */
const quoted = (source: string, at: number, start: string): Token => {
  const from = at + start.length
  const mark = source[from] ?? ''
  const quote = source.startsWith(mark.repeat(3), from) ? mark.repeat(3) : mark
  const raw = /[rR]/.test(start)
  const kind = /[bB]/.test(start) ? 'bytes' : 'string'
  for (let i = from + quote.length; i < source.length; i++) {
    if (source.startsWith(quote, i)) return { kind, text: source.slice(at, i + quote.length), at }
    if (quote.length === 1 && (source[i] === '\n' || source[i] === '\r')) break
    if (source[i] === '\\' && !raw) i++
  }
  throw new SyntaxFault(at, `Syntax error: token recognition error at: '${source.slice(at, at + 40)}'`)
}
