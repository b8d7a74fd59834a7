import assert from 'node:assert/strict'
import { E } from '@periplus/prelude'
import { negotiate } from '../src/request/accept.ts'

const kubectl =
  'application/json;as=Table;v=v1;g=meta.k8s.io,application/json;as=Table;v=v1beta1;g=meta.k8s.io,application/json'
const plain = { encoding: 'json', form: { tag: 'Plain' } }

describe('content negotiation', () => {
  it('answers JSON where nothing is asked', () => assert.deepEqual(negotiate(undefined, true), E.right(plain)))
  it('shows kubectl a Table', () =>
    assert.deepEqual(negotiate(kubectl, true), E.right({ encoding: 'json', form: { tag: 'Table', version: 'v1' } })))
  it('shows no Table of what has none', () => assert.deepEqual(negotiate(kubectl, false), E.right(plain)))
  it('answers JSON to generated clients, which prefer protobuf and take anything', () =>
    assert.deepEqual(negotiate('application/vnd.kubernetes.protobuf, */*', true), E.right(plain)))
  it('refuses those who take nothing but protobuf', () => {
    const answer = negotiate('application/vnd.kubernetes.protobuf', true)
    assert.ok(E.isLeft(answer) && answer.left.tag === 'NotAcceptable')
  })
  it('gives metadata only', () =>
    assert.deepEqual(
      negotiate('application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1', true),
      E.right({ encoding: 'json', form: { tag: 'PartialMetadata', version: 'v1' } }),
    ))
  it('heeds quality', () =>
    assert.deepEqual(
      negotiate('application/json;q=0.5,application/yaml', true),
      E.right({ encoding: 'yaml', form: { tag: 'Plain' } }),
    ))
})
