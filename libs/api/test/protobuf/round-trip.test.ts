import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { encodeMessage, encodeProtobuf, fromJson, toJson, travelsAsProtobuf } from '@periplus/api'
import { builtinKinds, ConfigMap, CustomResourceDefinition, Lease, Pod } from '@periplus/kinds'
import { decodeMessage } from '../../src/protobuf/decode-message.ts'
import { valueOf } from '../arbitrary-value.ts'

type Members = Readonly<Record<string, unknown>>

/** Everything that is expected is there; zero values, which Go writes of what was not set, may be there too. */
const holds = (actual: unknown, expected: unknown): void => {
  if (Array.isArray(expected)) {
    assert.equal((actual as readonly unknown[]).length, expected.length)
    expected.forEach((element, at) => holds((actual as readonly unknown[])[at], element))
  } else if (typeof expected === 'object' && expected !== null)
    for (const [name, value] of Object.entries(expected)) holds((actual as Members)[name], value)
  else assert.deepEqual(actual, expected)
}

interface Recorded {
  readonly object: { readonly apiVersion: string; readonly kind: string }
  /** What Kubernetes' own serializer made of it, in base64. */
  readonly wire: string
}

const kindOf = ({ apiVersion, kind }: Recorded['object']) =>
  builtinKinds.find(
    one => one.kind === kind && (one.group === '' ? one.version : `${one.group}/${one.version}`) === apiVersion,
  )

describe('protobuf of every kind', () => {
  it('is, byte for byte, what Kubernetes writes of the same object', () => {
    const recorded = fromJson(readFileSync(new URL('recorded.json', import.meta.url), 'utf8')) as readonly Recorded[]
    assert.ok(recorded.length > 100)
    for (const { object, wire } of recorded) {
      const kind = kindOf(object)
      assert.ok(kind, `${object.apiVersion} ${object.kind}`)
      const message = `${object.kind} ${toJson(object).slice(0, 300)}`
      assert.equal(
        encodeProtobuf(kind.schema, object).toString('hex'),
        Buffer.from(wire, 'base64').toString('hex'),
        message,
      )
    }
  })

  for (const kind of builtinKinds.filter(one => travelsAsProtobuf(one.schema)))
    it(`brings back ${kind.group}/${kind.version} ${kind.kind} (property)`, () =>
      fc.assert(
        fc.property(valueOf(kind.schema, 4), value => {
          const written = encodeMessage(kind.schema, value)
          const back = decodeMessage(kind.schema, written)
          holds(back, value)
          assert.ok(encodeMessage(kind.schema, back).equals(written), 'and the same again')
        }),
        { numRuns: 5 },
      ))

  it('keeps all 64 bits of a whole number', () => {
    const back = (generation: number | bigint): unknown =>
      (decodeMessage(Pod.schema, encodeMessage(Pod.schema, { metadata: { generation } })) as { metadata: Members })
        .metadata.generation
    const whole = [
      0,
      -1,
      127,
      128,
      16383,
      16384,
      -(2 ** 31),
      2 ** 31,
      2 ** 53 - 1,
      -(2 ** 53) + 1,
      2n ** 63n - 1n,
      -(2n ** 63n),
    ]
    for (const number of whole) assert.equal(back(number), number)
    assert.equal(back(1e30), 2n ** 63n - 1n, 'the nearest there is')
  })

  it('knows microseconds, moments before 1970, text beyond the basic plane in maps, and the unions of a schema', () => {
    const lease = { spec: { renewTime: '2026-01-01T00:00:00.123456Z', acquireTime: '1969-12-31T23:59:59.999999Z' } }
    holds(decodeMessage(Lease.schema, encodeMessage(Lease.schema, lease)), lease)
    const data = { '\ufffd': 'after', '\u{1f600}': 'last', a: 'first', long: 'ü'.repeat(100) }
    const map = encodeMessage(ConfigMap.schema, { data })
    holds(decodeMessage(ConfigMap.schema, map), { data })
    assert.ok(map.indexOf(Buffer.from('\ufffd')) < map.indexOf(Buffer.from('\u{1f600}')), 'as UTF-8 sorts')
    const openAPIV3Schema = {
      properties: {
        a: { items: { type: 'string' }, additionalProperties: false },
        b: { items: [{ type: 'string' }, { type: 'integer' }], additionalProperties: { type: 'object' } },
        c: {
          dependencies: { x: ['y', 'z'], w: { required: ['v'] } },
          additionalItems: true,
          default: [1, { k: null }],
        },
      },
    }
    const versions = [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema } }]
    const definition = { spec: { group: 'g', scope: 'Namespaced', versions } }
    const { schema } = CustomResourceDefinition
    holds(decodeMessage(schema, encodeMessage(schema, definition)), definition)
  })
})
