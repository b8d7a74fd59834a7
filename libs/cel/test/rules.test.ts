import { deepStrictEqual, ok } from 'node:assert/strict'
import type { StructuralSchema } from '@periplus/api'
import { schemaRuleErrors, validateRules } from '../src/index.ts'

type Rules = NonNullable<StructuralSchema['x-kubernetes-validations']>

const object = (properties: Record<string, StructuralSchema>, ...rules: Rules): StructuralSchema => ({
  type: 'object',
  properties,
  'x-kubernetes-validations': rules,
})
const root = (spec: StructuralSchema): StructuralSchema => ({ type: 'object', properties: { spec } })
const integer: StructuralSchema = { type: 'integer' }
const text: StructuralSchema = { type: 'string' }
const told = (errors: ReturnType<typeof validateRules>): readonly string[] =>
  errors.map(({ field, message }) => `${field}: ${message}`)
const refused = (schema: StructuralSchema): readonly string[] => told(schemaRuleErrors(root(schema), 's'))
const broken = (schema: StructuralSchema, spec: unknown, old?: unknown): readonly string[] =>
  told(validateRules(root(schema), { spec }, old === undefined ? undefined : { spec: old }))

const at = 's.properties[spec].x-kubernetes-validations[0]'

describe('rules of a schema', () => {
  it('are refused where they do not compile', () => {
    deepStrictEqual(refused(object({ a: integer }, { rule: 'self.z > 0' })), [
      `${at}.rule: Invalid value: {"rule":"self.z > 0"}: compilation failed: ERROR: <input>:1:5: undefined field 'z'\n | self.z > 0\n | ....^`,
    ])
    ok(refused(object({}, { rule: '+' }))[0]?.includes('Syntax error'))
    deepStrictEqual(refused(object({ a: integer }, { rule: 'self.a' })), [
      `${at}.rule: Invalid value: {"rule":"self.a"}: cel expression must evaluate to a bool`,
    ])
  })

  it('are refused where they could cost too much', () => {
    const list: StructuralSchema = {
      type: 'array',
      items: text,
      'x-kubernetes-validations': [{ rule: 'self.all(x, self.all(y, x == y))' }],
    }
    const advice =
      '(try simplifying the rule, or adding maxItems, maxProperties, and maxLength where arrays, maps, and strings are declared)'
    deepStrictEqual(refused(object({ a: list }, { rule: 'true' })), [
      `s.properties[spec].properties[a].x-kubernetes-validations[0].rule: Forbidden: estimated rule cost exceeds budget by factor of more than 100x ${advice}`,
      's.properties[spec].properties[a].x-kubernetes-validations[0].rule: Forbidden: contributed to estimated rule cost total exceeding cost limit for entire OpenAPIv3 schema',
      `s: Forbidden: x-kubernetes-validations estimated rule cost total for entire OpenAPIv3 schema exceeds budget by factor of more than 100x ${advice}`,
    ])
    deepStrictEqual(
      refused(object({ a: { ...list, maxItems: 10, items: { type: 'string', maxLength: 10 } } }, { rule: 'true' })),
      [],
    )
  })

  it('are refused where their parts are wrong', () => {
    deepStrictEqual(
      refused(
        object(
          { a: integer },
          { rule: 'true', message: ' ', reason: 'Because', fieldPath: '.b', messageExpression: ' ' },
        ),
      ),
      [
        `${at}.message: Invalid value: " ": must be non-empty if specified`,
        `${at}.messageExpression: Required value: messageExpression must be non-empty if specified`,
        `${at}.reason: Unsupported value: "Because": supported values: "FieldValueDuplicate", "FieldValueForbidden", "FieldValueInvalid", "FieldValueRequired"`,
        `${at}.fieldPath: Invalid value: ".b": must be a valid path`,
      ],
    )
    deepStrictEqual(refused(object({ a: integer }, { rule: 'true', optionalOldSelf: true })), [
      `${at}.optionalOldSelf: Invalid value: true: may not be set if oldSelf is not used in rule`,
    ])
    deepStrictEqual(
      refused({ type: 'array', maxItems: 3, items: object({ a: integer }, { rule: 'self.a == oldSelf.a' }) }),
      [
        's.properties[spec].items.x-kubernetes-validations[0].rule: Invalid value: "self.a == oldSelf.a": oldSelf cannot be used on the uncorrelatable portion of the schema within s.properties[spec]',
      ],
    )
  })
})

describe('rules of an object', () => {
  it('tell which rule is broken, where, and with which reason', () => {
    const schema = object(
      { min: integer, max: integer, 'a-b': text },
      { rule: 'self.min <= self.max' },
      { rule: 'self.min >= 0', message: 'less than nothing', reason: 'FieldValueForbidden', fieldPath: '.min' },
      { rule: "self.a__dash__b != 'x'", messageExpression: "'not ' + self.a__dash__b" },
    )
    deepStrictEqual(refused(schema), [])
    deepStrictEqual(broken(schema, { min: -1, max: -2, 'a-b': 'x' }), [
      'spec: Invalid value: failed rule: self.min <= self.max',
      'spec.min: Forbidden: less than nothing',
      'spec: Invalid value: not x',
    ])
    deepStrictEqual(broken(schema, { min: 1, max: 2, 'a-b': 'y' }), [])
    deepStrictEqual(broken(schema, { min: 1 }), [
      'spec: Invalid value: "object": no such key: max evaluating rule: self.min <= self.max',
      `spec: Invalid value: "object": no such key: a__dash__b evaluating rule: self.a__dash__b != 'x'`,
    ])
  })

  it('of a change see what was before', () => {
    const schema: StructuralSchema = {
      ...integer,
      'x-kubernetes-validations': [
        { rule: 'self >= oldSelf' },
        { rule: 'oldSelf.hasValue() || self == 1', optionalOldSelf: true },
      ],
    }
    const spec = object({ a: schema }, { rule: 'true' })
    deepStrictEqual(refused(spec), [])
    deepStrictEqual(broken(spec, { a: 2 }), ['spec.a: Invalid value: 2: failed rule: oldSelf.hasValue() || self == 1'])
    deepStrictEqual(broken(spec, { a: 2 }, { a: 1 }), [])
    deepStrictEqual(broken(spec, { a: 1 }, { a: 2 }), ['spec.a: Invalid value: 1: failed rule: self >= oldSelf'])
  })

  it('do not hold for what has not changed', () => {
    const spec = object(
      { a: { ...integer, 'x-kubernetes-validations': [{ rule: 'self > 5' }] }, b: integer },
      { rule: 'true' },
    )
    deepStrictEqual(broken(spec, { a: 1, b: 2 }, { a: 1, b: 1 }), [])
    deepStrictEqual(broken(spec, { a: 2, b: 1 }, { a: 1, b: 1 }), ['spec.a: Invalid value: 2: failed rule: self > 5'])
  })

  it('see elements with keys as what they were', () => {
    const items = object({ name: text, n: integer }, { rule: 'self.n >= oldSelf.n' })
    const list: StructuralSchema = {
      type: 'array',
      maxItems: 5,
      items,
      'x-kubernetes-list-type': 'map',
      'x-kubernetes-list-map-keys': ['name'],
    }
    deepStrictEqual(refused(list), [])
    deepStrictEqual(
      broken(
        list,
        [
          { name: 'b', n: 1 },
          { name: 'a', n: 1 },
        ],
        [{ name: 'a', n: 2 }],
      ),
      ['spec[1]: Invalid value: failed rule: self.n >= oldSelf.n'],
    )
  })

  it('end where they cost too much', () => {
    const numbers: StructuralSchema = {
      type: 'array',
      items: integer,
      'x-kubernetes-validations': [
        { rule: 'self.all(x, self.all(y, self.all(z, x + y + z >= 0)))' },
        { rule: 'false' },
      ],
    }
    deepStrictEqual(
      broken(
        numbers,
        Array.from({ length: 200 }, (_, i) => i),
      ),
      [
        `spec: Invalid value: "array": 'operation cancelled: actual cost limit exceeded': no further validation rules will be run due to call cost exceeds limit for rule: self.all(x, self.all(y, self.all(z, x + y + z >= 0)))`,
      ],
    )
  })
})
