import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import { Uint } from '../values/value.ts'
import { call, identifier, literal } from './expression.ts'
import type { Entry, Expression, StructField } from './expression.ts'
import { SyntaxFault } from './fault.ts'
import type { Fault } from './fault.ts'
import { bytesOf, doubleOf, intOf, textOf, uintOf } from './literals.ts'
import { expandMacro } from './macros.ts'
import { TokenReader } from './token-reader.ts'
import { tokensOf } from './tokens.ts'
import type { Token } from './tokens.ts'
import { notIdentifiers, products, relations, reserved, sums } from './words.ts'

/** As cel-go has it. */
const longestExpression = 100_000
/** How deep brackets may stand in one another, and how long a chain of operators may be: both are recursion later. */
const deepest = 250
const longestChain = 1_000

/** An expression, its macros expanded, or what is wrong with its text. */
export const parse = (source: string): Either<Fault, Expression> => {
  if (source.length > longestExpression && [...source].length > longestExpression)
    return E.left({
      at: 0,
      message: `expression code point size exceeds limit: size: ${[...source].length}, limit ${longestExpression}`,
    })
  try {
    return E.right(new Parser(tokensOf(source)).whole())
  } catch (thrown) {
    if (thrown instanceof SyntaxFault) return E.left({ at: thrown.at, message: thrown.message })
    throw thrown
  }
}

/** By recursive descent, a method for each rule of the grammar. */
class Parser extends TokenReader {
  private depth = 0

  whole(): Expression {
    const expression = this.expression()
    if (this.next.kind !== 'end') this.unexpected('<EOF>')
    return expression
  }

  private expression(): Expression {
    if (++this.depth > deepest) throw new SyntaxFault(this.next.at, `expression recursion limit exceeded: ${deepest}`)
    const condition = this.junction('||', '_||_', () => this.junction('&&', '_&&_', () => this.relation()))
    const { at } = this.next
    if (!this.takes('?')) {
      this.depth--
      return condition
    }
    const yes = this.junction('||', '_||_', () => this.junction('&&', '_&&_', () => this.relation()))
    this.expect(':')
    const no = this.expression()
    this.depth--
    return call(at, '_?_:_', condition, yes, no)
  }

  /** Terms of `||` or `&&`, as a tree that is as flat as can be. */
  private junction(symbol: string, name: string, term: () => Expression): Expression {
    const terms = [term()]
    const places: number[] = []
    for (let { at } = this.next; this.takes(symbol); at = this.next.at) {
      places.push(at)
      terms.push(term())
    }
    const tree = (from: number, to: number): Expression => {
      if (from === to) return terms[from] as Expression
      const middle = Math.floor((from + to + 1) / 2)
      return call(places[middle - 1] ?? 0, name, tree(from, middle - 1), tree(middle, to))
    }
    return tree(0, terms.length - 1)
  }

  private chain(symbols: ReadonlyMap<string, string>, operand: () => Expression): Expression {
    let left = operand()
    for (let links = 0; ; links++) {
      const { kind, text, at } = this.next
      const name = kind === 'symbol' || text === 'in' ? symbols.get(text) : undefined
      if (name === undefined) return left
      if (links > longestChain) throw new SyntaxFault(at, `expression recursion limit exceeded: ${longestChain}`)
      this.position++
      left = call(at, name, left, operand())
    }
  }

  private relation(): Expression {
    return this.chain(relations, () => this.chain(sums, () => this.chain(products, () => this.unary())))
  }

  private unary(): Expression {
    const { at, text, kind } = this.next
    if (kind !== 'symbol' || (text !== '!' && text !== '-')) return this.member()
    const following = this.tokens[this.position + 1]
    if (text === '-' && (following?.kind === 'int' || following?.kind === 'double')) return this.member()
    let count = 0
    while (this.takes(text)) count++
    const operand = this.member()
    return count % 2 === 0 ? operand : call(at, text === '!' ? '!_' : '-_', operand)
  }

  private member(): Expression {
    let operand = this.primary()
    for (let links = 0; ; links++) {
      const { at } = this.next
      if (links > longestChain) throw new SyntaxFault(at, `expression recursion limit exceeded: ${longestChain}`)
      if (this.takes('.')) operand = this.selected(at, operand)
      else if (this.takes('[')) {
        const name = this.takes('?') ? '_[?_]' : '_[_]'
        const index = this.expression()
        this.expect(']')
        operand = call(at, name, operand, index)
      } else return operand
    }
  }

  private selected(at: number, operand: Expression): Expression {
    const optional = this.takes('?')
    const field = this.fieldName()
    if (optional) return call(at, '_?._', operand, literal(this.next.at, field))
    const opens = this.next.at
    if (!this.takes('(')) return { tag: 'select', at, operand, field, testOnly: false }
    return this.called(opens, field, operand)
  }

  private called(at: number, name: string, target: Expression | undefined): Expression {
    const args = this.listed(')', () => this.expression())
    return expandMacro(at, name, target, args) ?? { tag: 'call', at, name, target, args }
  }

  private fieldName(): string {
    const { kind, text } = this.next
    if (kind === 'escaped') return this.take().text.slice(1, -1)
    if (kind !== 'identifier' || notIdentifiers.has(text)) this.unexpected('IDENTIFIER')
    return this.take().text
  }

  private primary(): Expression {
    const token = this.next
    const { at } = token
    switch (token.kind) {
      case 'int':
        return literal(at, intOf(this.take(), false))
      case 'uint':
        return literal(at, new Uint(uintOf(this.take())))
      case 'double':
        return literal(at, doubleOf(this.take()))
      case 'string':
        return literal(at, textOf(this.take()))
      case 'bytes':
        return literal(at, bytesOf(this.take()))
      case 'identifier':
        return this.named('')
      default:
        return this.symbolic(token)
    }
  }

  private symbolic({ at }: Token): Expression {
    if (this.takes('(')) {
      const inner = this.expression()
      this.expect(')')
      return inner
    }
    if (this.takes('-')) {
      const number = this.take()
      return literal(at, number.kind === 'int' ? intOf(number, true) : -doubleOf(number))
    }
    if (this.takes('[')) return this.list(at)
    if (this.takes('{')) return { tag: 'map', at, entries: this.listed('}', () => this.entry(), true) }
    if (this.takes('.')) return this.named('.')
    return this.unexpected(
      "{'[', '{', '(', '.', '-', '!', 'true', 'false', 'null', NUM_FLOAT, NUM_INT, NUM_UINT, STRING, BYTES, IDENTIFIER}",
    )
  }

  /** A variable, a function, a constant, or the name of a message that is built. */
  private named(dot: '' | '.'): Expression {
    const { at, text, kind } = this.next
    if (kind !== 'identifier') this.unexpected('IDENTIFIER')
    if (dot === '' && this.takes('true')) return literal(at, true)
    if (dot === '' && this.takes('false')) return literal(at, false)
    if (dot === '' && this.takes('null')) return literal(at, null)
    if (text === 'in') this.unexpected('IDENTIFIER')
    if (reserved.has(text)) throw new SyntaxFault(at, `Syntax error: reserved identifier: ${text}`)
    const message = this.messageName()
    if (message) {
      const fields = this.listed('}', () => this.field(), true)
      return { tag: 'struct', at: message.opens, type: `${dot}${message.name}`, fields }
    }
    this.position++
    const opens = this.next.at
    return this.takes('(') ? this.called(opens, `${dot}${text}`, undefined) : identifier(at, `${dot}${text}`)
  }

  /** `a.b.C` where a brace follows it, which is then taken too. */
  private messageName(): { readonly name: string; readonly opens: number } | undefined {
    let i = this.position + 1
    while (this.tokens[i]?.text === '.' && this.tokens[i + 1]?.kind === 'identifier') i += 2
    if (this.tokens[i]?.kind !== 'symbol' || this.tokens[i]?.text !== '{') return undefined
    const words = this.tokens.slice(this.position, i).map(({ text }) => text)
    this.position = i + 1
    return { name: words.join(''), opens: this.tokens[i]?.at ?? 0 }
  }

  private list(at: number): Expression {
    const optional = new Set<number>()
    let i = 0
    const elements = this.listed(
      ']',
      () => {
        if (this.takes('?')) optional.add(i)
        i++
        return this.expression()
      },
      true,
    )
    return { tag: 'list', at, elements, optional }
  }

  private entry(): Entry {
    const optional = this.takes('?')
    const key = this.expression()
    const { at } = this.next
    this.expect(':')
    return { at, key, value: this.expression(), optional }
  }

  private field(): StructField {
    const optional = this.takes('?')
    const name = this.fieldName()
    const { at } = this.next
    this.expect(':')
    return { at, name, value: this.expression(), optional }
  }
}
