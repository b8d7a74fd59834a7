import assert from 'node:assert/strict'
import { atOnce } from '@periplus/prelude'
import { inSwaggerInSteps } from '../../src/openapi/in-swagger.ts'

const inSwagger = (...given: Parameters<typeof inSwaggerInSteps>) => atOnce(inSwaggerInSteps(...given))

const open = { 'x-kubernetes-preserve-unknown-fields': true }

describe('a custom schema in the words of Swagger 2.0', () => {
  it('says what it says, but for what combines schemas', () => {
    const spec = { type: 'object', description: 'Of it.', properties: { size: { type: 'integer', minimum: 1 } } }
    const schema = { type: 'object', required: ['spec'], properties: { spec } }
    assert.deepEqual(inSwagger({ ...schema, anyOf: [{ required: ['spec'] }], not: {} }), schema)
  })

  it('leaves open what may be null, and asks for it nowhere', () => {
    const maybe = { type: 'array', nullable: true, items: { type: 'string' }, description: 'Or nothing.' }
    const schema = { type: 'object', required: ['maybe', 'name'], properties: { maybe, name: { type: 'string' } } }
    assert.deepEqual(inSwagger(schema), {
      type: 'object',
      required: ['name'],
      properties: { maybe: { description: 'Or nothing.' }, name: { type: 'string' } },
    })
  })

  it('leaves open what keeps unknown fields', () => {
    const free = { type: 'object', ...open, properties: { known: { type: 'string' } } }
    assert.deepEqual(inSwagger({ type: 'object', properties: { free, list: { type: 'array', items: free } } }), {
      type: 'object',
      properties: { free: open, list: { type: 'array', items: open } },
    })
    assert.deepEqual(inSwagger({ type: 'array', ...open, items: {} }), open)
  })
})
