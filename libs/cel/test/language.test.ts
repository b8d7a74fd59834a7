import { deepStrictEqual, ok } from 'node:assert/strict'
import { E } from '@periplus/prelude'
import { compile } from '../src/index.ts'
import { evaluated, isTrue, variables } from './evaluated.ts'

const holds = (source: string, d?: unknown): void => {
  const { result } = evaluated(source, d)
  ok(E.isRight(result), `${source}: ${JSON.stringify(result)}`)
  ok(isTrue(result.right), source)
}

const refused = (source: string): string => {
  const compiled = compile(source, { variables })
  return E.isLeft(compiled) ? compiled.left : ''
}

const fails = (source: string, d?: unknown): unknown => {
  const { result } = evaluated(source, d)
  return E.isLeft(result) ? result.left.message : result.right
}

describe('the language', () => {
  it('has exact integers of 64 bits, which do not overflow', () => {
    holds('9007199254740993 - 9007199254740992 == 1')
    holds('-9223372036854775808 < 9223372036854775807')
    deepStrictEqual(fails('9223372036854775807 + 1'), 'integer overflow')
    deepStrictEqual(fails('0u - 1u'), 'unsigned integer overflow')
    deepStrictEqual(fails('1 / (2 - 2)'), 'division by zero')
  })

  it('says what a name or an operator does not fit, and where', () => {
    deepStrictEqual(
      refused('x + 1'),
      "ERROR: <input>:1:1: undeclared reference to 'x' (in container '')\n | x + 1\n | ^",
    )
    deepStrictEqual(
      refused("1 + 'a'"),
      "ERROR: <input>:1:3: found no matching overload for '_+_' applied to '(int, string)'\n | 1 + 'a'\n | ..^",
    )
    ok(refused("[1, 'a']").includes("expected type 'int' but found 'string'"))
    ok(refused('1 +').includes("Syntax error: mismatched input '<EOF>'"))
  })

  it('goes on where one side or one element has no value, and another says for sure', () => {
    holds('1 / (1 - 1) == 1 || true')
    holds('![0, 2].all(x, 4 / x == 5)')
    holds('[0, 2].exists(x, 4 / x == 2)')
    deepStrictEqual(fails('[0, 2].exists(x, 4 / x == 3)'), 'division by zero')
  })

  it('has macros with one and with two variables', () => {
    holds('[1, 2, 3].map(x, x > 1, x * x) == [4, 9]')
    holds("{'a': 1}.transformMap(k, v, k + string(v)) == {'a': 'a1'}")
    holds('[5, 6].transformList(i, v, v - i) == [5, 5]')
    holds('[1, 2].exists_one(x, x == 2) && !has(d.b) && d.a.all(i, x, i == x)', { a: [0, 1] })
  })

  it('has optionals', () => {
    holds("d.?a.?b.orValue(7) == 7 && d[?'a'].hasValue() && !d.?c.hasValue()", { a: {} })
    holds('optional.of(1).optMap(x, x + 1).value() == 2 && [?optional.none(), 1] == [1]')
  })

  it('reads members of objects of the API, and no others', () => {
    holds("d.a == 1 && d.b == 'x' && d['c'][0].d == null", { a: 1, b: 'x', c: [{ d: null }] })
    deepStrictEqual(fails('d.constructor == 1', {}), 'no such key: constructor')
    holds('!has(d.__proto__) && !has(d.toString)', {})
  })
})
