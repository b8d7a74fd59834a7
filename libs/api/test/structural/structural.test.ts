import assert from 'node:assert/strict'
import { linearPattern, structural } from '@periplus/api'
import type { StructuralSchema } from '@periplus/api'
import fc from 'fast-check'

const { fill, jsonPath, prune, schemaErrors, valueErrors } = structural

const told = (schema: unknown): readonly string[] =>
  schemaErrors(schema, 's').map(({ field, message }) => `${field}: ${message}`)
const wrong = (schema: StructuralSchema, value: unknown): readonly string[] =>
  valueErrors(schema, value, 'x').map(({ field, message }) => `${field}: ${message}`)
const pruned = (schema: StructuralSchema, value: unknown): readonly [unknown, readonly string[]] => {
  const unknown: string[] = []
  return [prune(schema, value, [], path => unknown.push(path.join('.'))), unknown]
}
const object = (
  properties: Readonly<Record<string, unknown>>,
  more: Partial<StructuralSchema> = {},
): StructuralSchema => ({ type: 'object', properties, ...more }) as StructuralSchema

const name = fc.constantFrom('a', 'b', '__proto__', 'constructor', 'x')

/** Schemas that are mostly structural, with some members of any type. */
const { schema: anySchema } = fc.letrec<{ schema: unknown }>(tie => ({
  schema: fc.oneof(
    { depthSize: 'small' },
    fc.record({ type: fc.constantFrom('string', 'integer', 'boolean'), nullable: fc.boolean() }),
    fc.record({ type: fc.constant('array'), items: tie('schema') }),
    fc.record({ type: fc.constant('object'), properties: fc.dictionary(name, tie('schema')) }),
    fc.record({ type: fc.constant('object'), additionalProperties: tie('schema') }),
    fc.record({ type: fc.constant('string'), enum: fc.array(fc.jsonValue()), default: fc.jsonValue() }),
    fc.jsonValue(),
  ),
}))

describe('structural schemas', () => {
  describe('are refused', () => {
    const cases: readonly (readonly [string, unknown, readonly string[]])[] = [
      ['without a type at the root', {}, ['s.type: Required value: must not be empty at the root']],
      ['with another root', { type: 'string' }, ['s.type: Invalid value: "string": must be object at the root']],
      [
        'without types below',
        object({ a: {}, b: { type: 'array', items: {} } }),
        [
          's.properties[a].type: Required value: must not be empty for specified object fields',
          's.properties[b].items.type: Required value: must not be empty for specified array items',
        ],
      ],
      [
        'with lists of nobody knows what',
        object({ a: { type: 'array' } }),
        ['s.properties[a].items: Required value: must be specified'],
      ],
      [
        'with references',
        object({ a: { type: 'string', $ref: 'x' } }),
        ['s.properties[a].$ref: Forbidden: $ref is not supported'],
      ],
      [
        'with rules that are none',
        object({ a: { type: 'string', 'x-kubernetes-validations': [{ rule: 5 }] } }),
        ['s.properties[a].x-kubernetes-validations: Invalid value: [{"rule":5}]: must be a list of rules'],
      ],
      [
        'with structure in a combination',
        { ...object({ a: { type: 'string' } }), allOf: [{ type: 'object', properties: { b: { minLength: 1 } } }] },
        [
          's.allOf[0].type: Forbidden: must be empty to be structural',
          's.allOf[0].properties[b]: Required value: because it is defined in a combination of schemas',
        ],
      ],
      [
        'with rules, and what else stands on the spine of a schema, in any combination',
        object({
          a: {
            type: 'object',
            properties: { metadata: { type: 'object' }, b: { type: 'string' } },
            allOf: [{ 'x-kubernetes-validations': [{ rule: 'true' }] }],
            anyOf: [{ nullable: true, 'x-kubernetes-map-type': 'atomic', title: '' }],
            oneOf: [{ properties: { b: { default: 'x', 'x-kubernetes-validations': [{ rule: 'true' }] } } }],
            not: { properties: { metadata: {} } },
          },
        }),
        [
          's.properties[a].allOf[0].x-kubernetes-validations: Forbidden: must be empty to be structural',
          's.properties[a].anyOf[0].nullable: Forbidden: must be false to be structural',
          's.properties[a].anyOf[0].x-kubernetes-map-type: Forbidden: must be undefined to be structural',
          's.properties[a].oneOf[0].properties[b].default: Forbidden: must be undefined to be structural',
          's.properties[a].oneOf[0].properties[b].x-kubernetes-validations: Forbidden: must be empty to be structural',
          's.properties[a].not.properties[metadata]: Forbidden: must not be specified in a nested context',
        ],
      ],
      [
        'with a default that does not fit',
        object({ a: { type: 'integer', default: 'x' } }),
        [
          's.properties[a].default: Invalid value: "string": s.properties[a].default in body must be of type integer: "string"',
        ],
      ],
      [
        'with a pattern that is none',
        object({ a: { type: 'string', pattern: '(' } }),
        ['s.properties[a].pattern: Invalid value: "(": must be a valid regular expression'],
      ],
      [
        'with members of a wrong type below lists',
        object({ a: { type: 'array', items: { type: 'string', maxLength: 'x', enum: 3 } } }),
        [
          's.properties[a].items.maxLength: Invalid value: "x": must be an integer',
          's.properties[a].items.enum: Invalid value: 3: must be a list',
        ],
      ],
    ]
    for (const [name, schema, errors] of cases) it(name, () => assert.deepEqual(told(schema), errors))

    it('with a pattern whose program is too large, at once', () =>
      assert.match(
        told(object({ a: { type: 'string', pattern: '(a?){900}(b?){900}(c?){900}' } })).join(),
        /takes too many states/,
      ))
    it('when they are too deep', () => {
      let deep: object = { type: 'string' }
      for (let i = 0; i < 5_000; i++) deep = { type: 'array', items: deep }
      assert.match(told(object({ a: deep })).join(), /deeper than 100 levels/)
    })
  })

  it('may say what is not so, within allOf', () => {
    const schema = object({ a: { type: 'string', allOf: [{ not: { enum: ['x'] } }] } })
    assert.deepEqual(told(schema), [])
    assert.deepEqual(wrong(schema, { a: 'x' }), ['<nil>: Invalid value: "": "x.a" must not validate the schema (not)'])
    assert.deepEqual(wrong(schema, { a: 'y' }), [])
  })

  it('let pass what fits and name what does not', () => {
    const rules: readonly (readonly [StructuralSchema, unknown, string])[] = [
      [{ type: 'integer' }, 1.5, 'Invalid value: "number": x in body must be of type integer: "number"'],
      [{ type: 'string' }, null, 'Invalid value: "null": x in body must be of type string: "null"'],
      [{ type: 'number', maximum: 3, exclusiveMaximum: true }, 3, 'Invalid value: 3: x in body should be less than 3'],
      [
        { type: 'integer', format: 'int32' },
        2 ** 31,
        'Invalid value: 2147483648: x in body must be of type int32: "2147483648"',
      ],
      [{ type: 'integer', multipleOf: 2 }, 3, 'Invalid value: 3: x in body should be a multiple of 2'],
      [{ type: 'string', maxLength: 2 }, 'äöü', 'Too long: may not be more than 2 bytes'],
      [{ type: 'string', minLength: 2 }, '😀', 'Invalid value: "😀": x in body should be at least 2 chars long'],
      [
        { type: 'string', format: 'date-time' },
        'now',
        'Invalid value: "now": x in body must be of type date-time: "now"',
      ],
      [{ type: 'array', maxItems: 1 }, [1, 2], 'Too many: 2: must have at most 1 items'],
      [
        { type: 'string', anyOf: [{ minLength: 3 }] },
        'ab',
        'Invalid value: "": "x" must validate at least one schema (anyOf)',
      ],
      [
        { type: 'string', oneOf: [{ minLength: 1 }, { maxLength: 9 }] },
        'ab',
        'Invalid value: "": "x" must validate one and only one schema (oneOf). Found 2 valid alternatives',
      ],
    ]
    for (const [schema, value, message] of rules)
      assert.deepEqual(
        wrong(schema, value).map(text => text.replace(/^(x|<nil>): /, '')),
        [message],
      )
    assert.deepEqual(wrong({ type: 'string', nullable: true }, null), [])
    assert.deepEqual(wrong({ 'x-kubernetes-int-or-string': true }, '50%'), [])
    assert.deepEqual(wrong({ type: 'integer', format: 'int64' }, 2n ** 63n - 1n), [])
    const set = { type: 'array', items: { type: 'string' }, 'x-kubernetes-list-type': 'set' } as const
    assert.deepEqual(wrong(set, ['a', 'b', 'a']), ['x[2]: Duplicate value: "a"'])
  })

  it('match patterns in linear time, and in the syntax of Go', () => {
    const nested = { type: 'string', pattern: '^(a+)+$' } as const
    assert.equal(wrong(nested, `${'a'.repeat(50_000)}b`).length, 1)
    assert.deepEqual(wrong({ type: 'string', pattern: '(?i)^AB$' }, 'ab'), [])
  })

  it('match patterns for as long as all texts of an object together may take', () => {
    const list = { type: 'array', items: { type: 'string', pattern: '^a+$' } } as const
    const told = wrong(
      list,
      Array.from({ length: 1_000 }, () => 'a'.repeat(10_000)),
    )
    const [, first] = /^x\[(\d+)\]: .*is too long to be matched with its pattern/.exec(told[0] ?? '') ?? []
    assert.ok(Number(first) < 500, `${first} of a thousand texts were matched`)
    assert.equal(told.length, 100, 'as many as anybody reads')
    assert.deepEqual(wrong(list, ['a', 'aa']), [])
  })

  it('tell as much as anybody reads, however much is wrong', () => {
    const words = Array.from({ length: 20_000 }, (_, at) => `e${at}`)
    const nothing = Array.from({ length: 40_000 }, () => ({}))
    const needy = object({}, { required: Array.from({ length: 20_000 }, (_, at) => `r${at}`) })
    assert.equal(wrong({ type: 'array', items: needy }, nothing).length, 100)
    const oneOf = { type: 'array', items: { type: 'string', enum: words } } as const
    const told = wrong(
      oneOf,
      nothing.map(() => 'x'),
    )
    assert.ok(told.length > 0 && told.join('').length < 1_000_000)
  })

  it('are held against a value for so many steps, however many alternatives they have', () => {
    const wanting = { properties: { a: { items: { minimum: 3 } } } }
    const alternatives = {
      type: 'object',
      properties: { a: { type: 'array', items: { type: 'integer' } } },
      allOf: Array.from({ length: 3_000 }, () => ({ anyOf: Array.from({ length: 10 }, () => wanting) })),
    } as const
    const long = Array.from({ length: 49_000 }, () => 5)
    assert.deepEqual(wrong(alternatives as never, { a: [5] }), [])
    assert.match(
      wrong(alternatives as never, { a: long }).join(),
      /to hold it against its schema takes more than 1000000 steps/,
    )
  })

  it('rest before each pattern whose program is still to be made, of schemas and of values', () => {
    const names = Array.from({ length: 30 }, (_, at) => `p${at}`)
    const restsOver = (steps: Generator): number => {
      let rests = 0
      while (!steps.next().done) rests++
      return rests
    }
    const patterned = object(
      Object.fromEntries(names.map(one => [one, { type: 'string', pattern: `^resting-${one}$` }])),
    )
    assert.ok(restsOver(structural.schemaErrorsInSteps(patterned, 's')) >= 30)
    assert.ok(restsOver(structural.schemaErrorsInSteps(patterned, 's')) < 5)
    // As many states as are remembered of all patterns together.
    for (let at = 0; at < 60; at++) linearPattern(`${at}${'r'.repeat(1_900)}`)
    const value = Object.fromEntries(names.map(one => [one, 'x']))
    assert.ok(restsOver(structural.valueErrorsInSteps(patterned, value, 'x')) >= 30)
    assert.ok(restsOver(structural.valueErrorsInSteps(patterned, value, 'x')) < 5)
  })

  it('give up on defaults that would bring more than an object may have', () => {
    const thousand = Object.fromEntries(
      Array.from({ length: 1_000 }, (_, at) => [`p${at}`, { type: 'integer', default: at }]),
    )
    const schema = { type: 'array', items: object(thousand) } as const
    const filled = fill(
      schema,
      Array.from({ length: 10_000 }, () => ({})),
    ) as object[]
    const values = filled.reduce((sum, one) => sum + Object.keys(one).length, 0)
    assert.equal(values, structural.mostFilled)
    assert.equal(structural.isFilled(schema, filled), false)
    assert.equal(structural.isFilled(schema, fill(schema, [{}, {}])), true)
  })

  it('prune what they do not have, and nulls', () => {
    const schema = object({
      a: { type: 'object', properties: { b: { type: 'string' } } },
      n: { type: 'string', nullable: true },
      open: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
      map: { type: 'object', additionalProperties: { type: 'object', properties: {} } },
    })
    assert.deepEqual(pruned(schema, { a: { b: null, c: 1 }, n: null, open: { x: null }, map: { k: { y: 1 } }, z: 1 }), [
      { a: {}, n: null, open: { x: null }, map: { k: {} } },
      ['a.c', 'map.k.y', 'z'],
    ])
  })

  it('keep keys of every name as plain members', () => {
    const hostile = JSON.parse('{"map":{"__proto__":{"polluted":"yes"},"constructor":{"x":"y"}}}') as object
    const schema = object({
      map: { type: 'object', additionalProperties: { type: 'object', additionalProperties: { type: 'string' } } },
    })
    const [kept] = pruned(schema, hostile)
    assert.equal(JSON.stringify(fill(schema, kept)), JSON.stringify(hostile))
    assert.deepEqual(pruned(object({}), JSON.parse('{"__proto__":1,"toString":2}')), [{}, ['__proto__', 'toString']])
    assert.equal(({} as { polluted?: string }).polluted, undefined)
  })

  it('fill in defaults within defaults, and leave the rest alone', () => {
    const schema = object({
      a: { type: 'object', default: {}, properties: { b: { type: 'integer', default: 3 } } },
      l: { type: 'array', items: object({ c: { type: 'string', default: 'd' } }) },
    })
    assert.deepEqual(fill(schema, { l: [{}, { c: 'e' }] }), { l: [{ c: 'd' }, { c: 'e' }], a: { b: 3 } })
    const whole = { a: { b: 4 }, l: [] }
    assert.equal(fill(schema, whole), whole)
  })

  it('never throw, whatever they are and whatever comes', () => {
    let accepted = 0
    fc.assert(
      fc.property(anySchema, fc.jsonValue(), (some, value) => {
        const schema = { type: 'object', properties: { a: some } } as StructuralSchema
        if (schemaErrors(schema, '').length > 0) return
        accepted++
        const kept = prune(schema, { a: value }, [], () => undefined)
        const filled = fill(schema, kept)
        valueErrors(schema, filled, '')
        assert.deepEqual(pruned(schema, filled), [filled, []], 'what was pruned and filled in once stays so')
        assert.deepEqual(fill(schema, filled), filled)
      }),
    )
    assert.ok(accepted > 10, `only ${accepted} schemas were accepted`)
  })
})

describe('JSON paths', () => {
  const object = {
    spec: {
      a: [
        { n: 'x', v: 1 },
        { n: 'y', v: 2 },
      ],
      'b.c': true,
    },
    metadata: { labels: { 'k/l': 'm' } },
  }
  const found = (path: string): readonly unknown[] | undefined => jsonPath(path)?.find(object)

  it('lead through members, elements and conditions', () => {
    assert.deepEqual(found('.spec.a[0].v'), [1])
    assert.deepEqual(found('.spec.a[-1].v'), [2])
    assert.deepEqual(found('.spec.a[*].v'), [1, 2])
    assert.deepEqual(found('.spec.a[?(@.n=="y")].v'), [2])
    assert.deepEqual(found('.spec.b\\.c'), [true])
    assert.deepEqual(found(".metadata.labels['k/l']"), ['m'])
    assert.deepEqual(found('.spec.missing.more'), [])
    assert.deepEqual(found('.spec.constructor'), [])
  })
  it('are refused where they are of a kind that is not built', () => {
    for (const path of ['', 'spec', '..a', '.a[1:2]', '.a[?(@.b', '{.a}']) assert.equal(jsonPath(path), undefined, path)
  })
})
