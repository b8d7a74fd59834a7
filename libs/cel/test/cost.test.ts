import { deepStrictEqual, ok } from 'node:assert/strict'
import { E } from '@periplus/prelude'
import { compile, readJson } from '../src/index.ts'
import type { Evaluation } from '../src/index.ts'
import { scalars } from '../src/types/type.ts'

const evaluated = (source: string, d: unknown = null, limit = 1_000_000): Evaluation => {
  const compiled = compile(source, { variables: new Map([['d', scalars.dyn]]) })
  ok(E.isRight(compiled), E.isLeft(compiled) ? compiled.left : '')
  return compiled.right.evaluate(() => readJson(d), limit)
}

const tooDear = (source: string, d?: unknown): void => {
  const { cost, result } = evaluated(source, d)
  ok(E.isLeft(result), source)
  deepStrictEqual(result.left, { tag: 'BudgetExceeded', message: 'operation cancelled: actual cost limit exceeded' })
  // It stopped where it went beyond its limit, and not long after.
  ok(cost < 1_500_000, `${source} cost ${cost}`)
}

const long = Array.from({ length: 400 }, (_, i) => i)

describe('what an evaluation costs', () => {
  it('is reckoned as in Kubernetes', () => {
    const costs = [
      'd.a.b',
      'd.a.b == 1',
      'has(d.a)',
      'd.c.all(x, x > 0)',
      "'abc'.contains('b')",
      'd.a.b in [1, 2]',
    ].map(source => evaluated(source, { a: { b: 1 }, c: [1, 2] }).cost)
    // A name or a member 1, a comparison of numbers 1; a turn of `all` 5: condition 2, gathered 1, name 1, comparison 1.
    deepStrictEqual(costs, [3, 4, 1, 13, 1, 5])
  })

  it('is spent with rests where it is much, whatever a fold stands in', () => {
    const whole = 'd.all(x, d.exists_one(y, x == y))'
    for (const source of [
      whole,
      `[[1].size() == 1, ${whole}][1]`,
      `{'a': ${whole}}.a`,
      `!(${whole}) || d.size() == 0`,
      `${whole} ? d.map(x, d.filter(y, y > x).size()) : []`,
      `optional.none().orValue(d.map(x, d.filter(y, y > x).size()))`,
      `d.transformList(i, x, d.filter(y, y > x).size() + i).size() > 0`,
    ]) {
      const compiled = compile(source, { variables: new Map([['d', scalars.dyn]]) })
      ok(E.isRight(compiled), E.isLeft(compiled) ? compiled.left : '')
      const steps = compiled.right.evaluateInSteps(() => readJson(long.slice(0, 200)), 1_000_000)
      let rests = 0
      while (!steps.next().done) rests++
      ok(rests > 20, `${rests} rests in ${source}`)
    }
  })

  it('is the same where one of the parts is a fold', () => {
    const cost = (source: string): number => evaluated(source, { c: [1] }).cost
    const [fold, plain] = [cost('d.c.all(x, true)'), cost('d.c[0] == 1')]
    deepStrictEqual(cost('d.c[0] == 1 && d.c.all(x, true)'), fold + plain)
    deepStrictEqual(cost('d.c.all(x, true) && d.c[0] == 1'), fold + plain)
    deepStrictEqual(cost('d.c[0] == 2 && d.c.all(x, true)'), plain)
    deepStrictEqual(cost('[d.c[0] == 1, d.c.all(x, true)]'), fold + plain + 10)
    deepStrictEqual(cost('d.nothing == 1 || d.c.all(x, true)'), fold + cost('d.nothing'))
  })

  it('ends folds within folds', () => tooDear('d.all(x, d.all(y, d.all(z, x + y + z >= 0)))', long))

  it('ends texts that double', () => {
    const doubled = Array.from({ length: 40 }, () => '.map(x, x + x)').join('')
    tooDear(`['abcdefghijklmnopqrstuvwxyz']${doubled}`)
  })

  it('ends lists of lists that double, though each costs one to compare', () => {
    const doubled = Array.from({ length: 40 }, () => '.map(x, [x, x])').join('')
    tooDear(`[1]${doubled} == [1]${doubled}`)
  })

  it('ends lists that double, whoever looks at them', () => {
    const doubled = Array.from({ length: 30 }, () => '.map(x, x + x)').join('')
    deepStrictEqual(E.isRight(evaluated(`[[1]]${doubled}[0].size() == 1073741824`).result), true)
    tooDear(`[[1]]${doubled}[0].all(x, x == 1)`)
    tooDear(`[[1]]${doubled}[0].sum() == 1`)
    tooDear(`2 in [[1]]${doubled}[0]`)
    tooDear(`[[1]]${doubled}[0].reverse().size() == 1`)
    tooDear(`'%s'.format([[[1]]${doubled}[0]]) == ''`)
  })

  it('ends regular expressions', () => {
    tooDear("d.matches('(a+)+$') || d.matches('(a*)*b')", 'a'.repeat(3_000_000))
    tooDear("lists.range(100000).all(i, d.matches('(x{1,100}){1,2}y') || true)", 'x'.repeat(1000))
  })

  it('ends what makes long texts of short ones', () => {
    tooDear("lists.range(10000).map(i, 'abcdefghij').join(d).size() == 0", 'x'.repeat(100_000))
    tooDear("d.replace('', d).size() == 0", 'x'.repeat(20_000))
    tooDear('lists.range(1000000000).size() == 0')
  })
})
