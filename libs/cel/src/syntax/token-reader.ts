import { SyntaxFault } from './fault.ts'
import type { Token } from './tokens.ts'

/** Goes through tokens, of which the last is the end. */
export class TokenReader {
  protected position = 0
  protected readonly tokens: readonly Token[]
  constructor(tokens: readonly Token[]) {
    this.tokens = tokens
  }

  protected get next(): Token {
    return this.tokens[this.position] as Token
  }

  protected take(): Token {
    return this.tokens[this.position++] as Token
  }

  /** Takes what is next if it is this symbol or word, and says whether it was. */
  protected takes(symbol: string): boolean {
    const { kind, text } = this.next
    if (text !== symbol || (kind !== 'symbol' && kind !== 'identifier')) return false
    this.position++
    return true
  }

  protected expect(symbol: string): void {
    if (!this.takes(symbol)) this.unexpected(`'${symbol}'`)
  }

  protected unexpected(expecting: string): never {
    const { kind, text, at } = this.next
    throw new SyntaxFault(
      at,
      `Syntax error: mismatched input '${kind === 'end' ? '<EOF>' : text}' expecting ${expecting}`,
    )
  }

  /** What stands between commas up to `end`; where `trailing`, a comma may be the last before that. */
  protected listed<T>(end: string, one: () => T, trailing = false): readonly T[] {
    const found: T[] = []
    while (!this.takes(end)) {
      if (found.length > 0) {
        if (!this.takes(',')) this.unexpected(`{'${end}', ','}`)
        if (trailing && this.takes(end)) break
      }
      found.push(one())
    }
    return found
  }
}
