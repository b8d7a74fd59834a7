import assert from 'node:assert/strict'
import { E } from '@periplus/prelude'
import { negotiate, valueEncoding } from '../src/request/accept.ts'

const kubectl =
  'application/json;as=Table;v=v1;g=meta.k8s.io,application/json;as=Table;v=v1beta1;g=meta.k8s.io,application/json'
const all = { transformable: true, protobuf: true }
const question = { transformable: false, protobuf: true }
const custom = { transformable: true, protobuf: false }
const protobuf = 'application/vnd.kubernetes.protobuf'
const plain = { encoding: 'json', form: { tag: 'Plain' } }

describe('content negotiation', () => {
  it('answers JSON where nothing is asked', () => assert.deepEqual(negotiate(undefined, all), E.right(plain)))
  it('shows kubectl a Table', () =>
    assert.deepEqual(negotiate(kubectl, all), E.right({ encoding: 'json', form: { tag: 'Table', version: 'v1' } })))
  it('shows no Table of what has none', () => assert.deepEqual(negotiate(kubectl, question), E.right(plain)))
  it('answers protobuf to generated clients, which prefer it', () => {
    const inProtobuf = E.right({ encoding: 'protobuf', form: { tag: 'Plain' } })
    for (const header of [`${protobuf}, */*`, `${protobuf},application/json`, `${protobuf};stream=watch`])
      assert.deepEqual(negotiate(header, all), inProtobuf)
  })
  it('answers JSON where a kind has no protobuf form, and refuses those who take nothing else', () => {
    assert.deepEqual(negotiate(`${protobuf}, */*`, custom), E.right(plain))
    assert.deepEqual(
      negotiate(protobuf, custom),
      E.left({
        tag: 'NotAcceptable',
        message: `only the following media types are accepted: application/json, application/yaml, ${protobuf}`,
      }),
    )
  })
  it('has no Table in protobuf, and metadata of every kind', () => {
    assert.deepEqual(negotiate(`${protobuf};as=Table;g=meta.k8s.io;v=v1,application/json`, all), E.right(plain))
    assert.deepEqual(
      negotiate(`${protobuf};as=PartialObjectMetadata;g=meta.k8s.io;v=v1,application/json`, custom),
      E.right({ encoding: 'protobuf', form: { tag: 'PartialMetadata', version: 'v1' } }),
    )
  })
  it('writes refusals as the client takes plain values', () => {
    assert.equal(valueEncoding(`${protobuf}, */*`), 'protobuf')
    assert.equal(valueEncoding(`${protobuf};as=PartialObjectMetadata;g=meta.k8s.io;v=v1,application/json`), 'json')
    assert.equal(valueEncoding('application/yaml'), 'yaml')
    assert.equal(valueEncoding('application/yaml;q=0.5,application/json'), 'json')
    assert.equal(valueEncoding('text/html'), 'json')
    assert.equal(valueEncoding(undefined), 'json')
  })
  it('gives metadata only', () =>
    assert.deepEqual(
      negotiate('application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1', all),
      E.right({ encoding: 'json', form: { tag: 'PartialMetadata', version: 'v1' } }),
    ))
  it('heeds quality', () =>
    assert.deepEqual(
      negotiate('application/json;q=0.5,application/yaml', all),
      E.right({ encoding: 'yaml', form: { tag: 'Plain' } }),
    ))
})
