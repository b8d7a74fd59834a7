import type { Scalar, Schema } from './schema.ts'
import { goName, shapeOf } from './shape.ts'

const scalars: Readonly<Record<Scalar, string>> = {
  string: 'string',
  boolean: 'bool',
  int32: 'int32',
  int64: 'int64',
  double: 'float64',
  bytes: '[]uint8',
  quantity: 'resource.Quantity',
  time: 'v1.Time',
  'micro-time': 'v1.MicroTime',
  'int-or-string': 'intstr.IntOrString',
  'raw-object': 'runtime.RawExtension',
  'raw-any': 'interface {}',
}

/** The schema's type as Go's messages name it: `[]v1.Container`, `map[string]string`. */
export const goTypeOf = (schema: Schema<unknown>): string => {
  const shape = shapeOf(schema)
  switch (shape.tag) {
    case 'scalar':
      return scalars[shape.scalar]
    case 'list':
      return `[]${goTypeOf(shape.of)}`
    case 'map':
      return `map[string]${goTypeOf(shape.of)}`
    case 'struct':
      return goName(shape)
  }
}
