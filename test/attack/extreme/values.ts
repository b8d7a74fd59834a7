import { shapeOf } from '@periplus/api'
import type { Scalar, Schema } from '@periplus/api'
import type { Random } from '@periplus/prelude'

/** One of a list. */
export const pick = <A>(random: Random, items: readonly A[]): A => items[Math.floor(random() * items.length)] as A

const int32 = [0, 1, -1, 2, 100, 65535, 65536, 2 ** 31 - 1, 2 ** 31 - 2, -(2 ** 31)]
/** Beyond 2^53 they come as bigints, digits and all. */
const int64 = [
  ...int32,
  2 ** 53 - 1,
  -(2 ** 53) + 1,
  2n ** 53n + 1n,
  2n ** 63n - 1n,
  -(2n ** 63n),
  3546343826724305833n,
]
const quantities = [
  '0',
  '1',
  '-1',
  '1E-30',
  '1n',
  '9e9999Ki',
  '9223372036854775807',
  '1E',
  '8Ei',
  '1e18',
  '0.1',
  '100m',
  '5',
]
const times = [
  '0001-01-01T00:00:01Z',
  '0000-01-01T00:00:00Z',
  '1969-12-31T23:59:59Z',
  '2025-01-01T00:00:00Z',
  '2025-01-01T00:00:10Z',
  '9999-12-31T23:59:59Z',
]
const texts = [
  '',
  'a',
  'web',
  'x'.repeat(253),
  'x'.repeat(5000),
  '\u0000',
  '\u{1f600}\u0301\u202e',
  '__proto__',
  'constructor',
  '0',
  '-1',
  '9223372036854775807',
  'Infinity',
  'NaN',
  'true',
  '.*',
  'default',
  'node-a',
  'kubernetes.io/hostname',
  'Exists',
  'Equal',
  'NoExecute',
  'Always',
  'Never',
  'cpu',
  '100%',
]

const scalars: Readonly<Record<Scalar, readonly unknown[]>> = {
  string: texts,
  boolean: [true, false],
  int32,
  int64,
  double: [0, -0, 1.5, Number.MAX_VALUE, Number.MIN_VALUE, -Number.MAX_VALUE],
  bytes: ['', 'AA==', Buffer.alloc(4096).toString('base64')],
  quantity: quantities,
  time: times,
  'micro-time': times,
  'int-or-string': [...int32, '0%', '100%', '150%', '99999999999999999999%', '-5%', 'http', ''],
  'raw-object': [{}, { a: { b: [1, null, 'x'] } }],
  'raw-any': [null, 0, '', [], {}, { a: 1 }],
}

/** A value that fits the schema and lies at its limits; nothing optional below `depth` structs. */
export const extremeOf = (schema: Schema<unknown>, random: Random, depth: number): unknown => {
  const shape = shapeOf(schema)
  switch (shape.tag) {
    case 'scalar':
      return pick(random, scalars[shape.scalar])
    case 'list': {
      const length = depth <= 0 ? 0 : pick(random, [0, 1, 1, 2, 5])
      return Array.from({ length }, () => extremeOf(shape.of, random, depth - 1))
    }
    case 'map': {
      const size = depth <= 0 ? 0 : pick(random, [0, 1, 2, 300])
      const key = (i: number): string => (i < 2 ? pick(random, texts) : `key-${i}`)
      return Object.fromEntries(
        Array.from({ length: size }, (_, i) => [key(i), extremeOf(shape.of, random, depth - 1)]),
      )
    }
    case 'struct': {
      const fields = Object.entries(shape.fields).filter(
        ([, field]) => field.required || (depth > 0 && random() < 0.25),
      )
      return Object.fromEntries(fields.map(([name, field]) => [name, extremeOf(field.schema, random, depth - 1)]))
    }
  }
}
