import { deepStrictEqual } from 'node:assert/strict'
import type { StructuralSchema } from '@periplus/api'
import { declaredOf } from '../src/schema/from-schema.ts'
import { compileRule } from '../src/rules/rule.ts'

const estimated = (rule: string, schema: StructuralSchema): unknown => {
  const self = declaredOf(schema, false)
  if (!self) return undefined
  const { program, mostCost } = compileRule({ rule }, self, schema)
  return typeof program === 'string' ? program : mostCost
}

const number: StructuralSchema = { type: 'number' }
const text: StructuralSchema = { type: 'string' }
const list = (items: StructuralSchema, maxItems?: number): StructuralSchema => ({
  type: 'array',
  items,
  ...(maxItems === undefined ? {} : { maxItems }),
})
const map = (additionalProperties: StructuralSchema): StructuralSchema => ({ type: 'object', additionalProperties })
const formatted = (format: string): StructuralSchema => ({ type: 'string', format })
const all = 'self.all(x, true)'

/** What Kubernetes 1.35 estimates (`TestCostEstimation` of apiextensions-apiserver). */
const estimates: readonly (readonly [string, StructuralSchema, number])[] = [
  [all, list(number), 4_718_591],
  [all, list(number, 10), 32],
  [all, list(text), 3_145_727],
  [all, list({ type: 'boolean' }), 1_887_437],
  [all, list(list(number)), 3_145_727],
  [all, list({ type: 'object', properties: { required: text, optional: text }, required: ['required'] }), 555_128],
  [all, map(number), 1_348_169],
  [all, map(text), 1_179_647],
  [all, map({ type: 'boolean' }), 943_718],
  [all, list({ 'x-kubernetes-int-or-string': true }), 4_718_591],
  [all, list(formatted('duration')), 2_359_295],
  [all, list(formatted('date')), 725_936],
  [all, list(formatted('date-time')), 428_963],
  [all, map(formatted('date')), 524_288],
  ["self.contains('test')", text, 314_574],
  ["self.contains('test')", { type: 'string', maxLength: 10 }, 5],
  ["self.startsWith('test')", text, 2],
  ['size(self + "hello") > size("hello")', text, 314_578],
  ['size(self + "hello") > size("hello")', { type: 'string', maxLength: 4 }, 7],
  ['self[1] == 0.0', list(number), 2],
  ['self[1] == self[1]', list(text), 314_577],
  ['self.all(x, self.all(y, true))', list(number, 10), 352],
  ['self.all(x, self.all(y, self.all(z, true)))', list(number, 10), 3552],
  ['self.matches("x")', text, 314_574],
  ['"".matches("(((((((((())))))))))[0-9]")', text, 7],
  ['self.matches("")', text, 1],
  ['self == "x"', text, 2],
  ['self == "x"', { type: 'string', maxLength: 0 }, 1],
  ['self.all(x, x == 0.0)', list(number), 6_291_454],
  ['self.all(x, x == 0.0)', list(number, 3 * 1024 * 2048), 25_165_826],
  ['self[0] == 5', list({ 'x-kubernetes-int-or-string': true }), 3],
  ['self[0][0] == -1.0', list(list(number)), 3],
  ['self.all(x, x.y == 25.2)', list(map(number)), 6_291_452],
  ['self[0].x > 2.0', list(map(number)), 4],
  ['self[0].getHours() == 2', list(formatted('duration')), 4],
]

describe('what a rule may cost', () => {
  for (const [rule, schema, cost] of estimates)
    it(`${rule} of ${JSON.stringify(schema)}: ${cost}`, () => deepStrictEqual(estimated(rule, schema), cost))
})
