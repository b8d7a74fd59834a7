import fc from 'fast-check'
import { formatMicroTime, formatTime, int64Of, shapeOf } from '@periplus/api'
import type { Scalar, Schema, WireUnion } from '@periplus/api'

const milliseconds = fc.integer({ min: 0, max: 4_000_000_000 })

const scalars: Readonly<Record<Scalar, fc.Arbitrary<unknown>>> = {
  string: fc.string({ minLength: 1, maxLength: 6 }),
  boolean: fc.constant(true),
  int32: fc.integer({ min: 1, max: 2 ** 31 - 1 }),
  int64: fc.oneof(
    fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
    fc.bigInt({ min: 2n ** 53n - 2n, max: 2n ** 63n - 1n }).map(int64Of),
  ),
  double: fc.double({ noNaN: true, noDefaultInfinity: true }),
  bytes: fc.uint8Array({ minLength: 1, maxLength: 5 }).map(bytes => Buffer.from(bytes).toString('base64')),
  quantity: fc.constantFrom('1', '500m', '128Mi', '2Gi', '3k'),
  time: milliseconds.map(seconds => formatTime(seconds * 1000)),
  'micro-time': milliseconds.map(tenths => formatMicroTime(tenths * 100)),
  'int-or-string': fc.oneof(fc.integer({ min: 0, max: 65535 }), fc.constantFrom('http', '25%')),
  'raw-object': fc.dictionary(fc.stringMatching(/^[a-z]{1,4}$/), fc.integer(), { noNullPrototype: true }),
  'raw-any': fc.oneof(fc.integer(), fc.string(), fc.constant({ a: [1, 2n ** 60n] })),
}

const unionOf = ({ struct, other }: WireUnion, depth: number): fc.Arbitrary<unknown> =>
  depth > 0 ? fc.oneof(valueOf(struct.schema, depth - 1), valueOf(other.schema, depth - 1)) : valueOf(other.schema, 0)

/** A canonical value of the schema with no zero values and no fields that only JSON has; nothing below `depth` structs. */
export const valueOf = (schema: Schema<unknown>, depth = 6): fc.Arbitrary<unknown> => {
  const shape = shapeOf(schema)
  switch (shape.tag) {
    case 'scalar':
      return shape.union === undefined ? scalars[shape.scalar] : unionOf(shape.union, depth)
    case 'list':
      return fc.array(valueOf(shape.of, depth), { minLength: 1, maxLength: 2 })
    case 'map':
      return fc.dictionary(fc.stringMatching(/^[a-z]{1,4}$/), valueOf(shape.of, depth), {
        minKeys: 1,
        maxKeys: 2,
        noNullPrototype: true,
      })
    case 'struct': {
      const fields = Object.entries(shape.fields).filter(
        ([, field]) => field.number !== undefined && (field.required || depth > 0),
      )
      return fc.record(Object.fromEntries(fields.map(([name, field]) => [name, valueOf(field.schema, depth - 1)])), {
        requiredKeys: fields.filter(([, field]) => field.required).map(([name]) => name),
        noNullPrototype: true,
      })
    }
  }
}
