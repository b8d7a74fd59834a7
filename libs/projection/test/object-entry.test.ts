import assert from 'node:assert/strict'
import fc from 'fast-check'
import { fromJson, toJson } from '@periplus/api'
import type { RecordedEvent } from '@periplus/log'
import { ObjectEntry } from '../src/cut/object-entry.ts'

const eventOf = (body: string): RecordedEvent =>
  ({
    ref: { group: '', resource: 'configmaps', namespace: 'default', name: 'one' },
    sequence: 17,
    body: Buffer.from(body),
  }) as unknown as RecordedEvent

describe('an entry of a cut', () => {
  it('is the same object whether its bytes were made before or not, down to the order of its members', () => {
    const metadata = fc.record(
      { name: fc.string(), labels: fc.dictionary(fc.string(), fc.string()) },
      { requiredKeys: [] },
    )
    fc.assert(
      fc.property(metadata, fc.jsonValue(), (metadata, data) => {
        const body = toJson({ kind: 'ConfigMap', metadata, data })
        const [early, late] = [new ObjectEntry(eventOf(body)), new ObjectEntry(eventOf(body))]
        const object = early.object()
        assert.equal(toJson(object), late.bytes.toString())
        assert.deepEqual(object, fromJson(late.bytes.toString()))
        assert.equal(early.bytes.toString(), late.bytes.toString())
      }),
    )
  })

  it('throws where there is no object, however it is asked', () => {
    for (const body of ['{"kind":"ConfigMap"}', '{"metadata":[]}', '{"metadata":null}', '[]', '"text"', 'no JSON']) {
      assert.throws(() => new ObjectEntry(eventOf(body)).object(), body)
      assert.throws(() => fromJson(new ObjectEntry(eventOf(body)).bytes.toString()), body)
    }
  })
})
