import assert from 'node:assert/strict'
import { atOnce } from '@periplus/prelude'
import { openApiV2, openApiV2Protobuf } from '@periplus/api'
import { listSchema, requestBodies } from '@periplus/kinds'
import { mergedOpenApiV2, openApiV2PartOf } from '../src/discovery/merged-open-api.ts'

const schemaAt = (name: string) => ({ schema: { $ref: `#/definitions/${name}` } })

describe('OpenAPI of other servers', () => {
  it('is taken for what is below their own path, with all that this refers to', () => {
    const document = {
      paths: {
        '/apis/a/v1/': { get: { responses: { 200: schemaAt('a') } } },
        '/apis/a/v1beta1/': { get: { responses: { 200: schemaAt('d') } } },
        '/apis/a/v1/b': 'no path',
      },
      definitions: {
        a: { properties: { b: { items: { $ref: '#/definitions/b' } } } },
        b: { properties: { a: { $ref: '#/definitions/a' }, gone: { $ref: '#/definitions/gone' } } },
        c: 'no schema',
        d: {},
      },
    }
    const part = openApiV2PartOf(document, '/apis/a/v1')
    assert.deepEqual(Object.keys(part?.paths ?? {}), ['/apis/a/v1/'])
    assert.deepEqual(Object.keys(part?.definitions ?? {}), ['a', 'b'])
    for (const none of [undefined, [], 'x', {}, { paths: [] }])
      assert.equal(openApiV2PartOf(none, '/apis/a/v1'), undefined)
  })

  it('is told apart where two say different things of one name, and shared where they say the same', () => {
    const own = {
      swagger: '2.0',
      paths: { '/own': {} },
      definitions: { same: { type: 'string' }, other: { type: 'string' } },
    }
    const part = {
      paths: { '/own': { get: {} }, '/a': { get: { responses: { 200: schemaAt('other') } } } },
      definitions: { same: { type: 'string' }, other: { properties: { x: { $ref: '#/definitions/other' } } } },
    }
    const merged = atOnce(
      mergedOpenApiV2(own, [part, part, { paths: { '/b': {} }, definitions: { other: { type: 'array' } } }]),
    )
    assert.deepEqual(merged, {
      swagger: '2.0',
      paths: { '/own': {}, '/a': { get: { responses: { 200: schemaAt('other_v2') } } }, '/b': {} },
      definitions: {
        same: { type: 'string' },
        other: { type: 'string' },
        other_v2: { properties: { x: { $ref: '#/definitions/other_v2' } } },
        other_v3: { type: 'array' },
      },
    })
  })

  it('breaks nothing where it is none', () => {
    const own = openApiV2({
      kinds: [],
      bodies: requestBodies,
      listSchema,
      version: 'v1',
      fieldWords: () => undefined,
      produces: [],
    })
    const odd = [null, 1, 'x', [], {}, { properties: { a: null, b: [1] }, items: 'x', required: [null], $ref: 1 }]
    const part = {
      paths: Object.fromEntries(
        odd.map((one, i) => [
          `/p${i}`,
          { get: { parameters: [one, { in: 'body', schema: one }], responses: { 200: one } }, parameters: one },
        ]),
      ),
      definitions: Object.fromEntries(odd.map((one, i) => [`d${i}`, one])),
    }
    assert.ok(openApiV2Protobuf(atOnce(mergedOpenApiV2(own, [part]))).length > 0)
  })
})
