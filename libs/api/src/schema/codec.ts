import * as t from 'io-ts'
import { isScalar } from './scalars.ts'
import type { Scalar, Schema } from './schema.ts'
import { derived } from './shape.ts'
import type { AnyField, SolidShape } from './shape.ts'

/** A scalar as a codec. One tag for all of them, so that a reader of the codec tree needs to know only one. */
export class ScalarType extends t.Type<unknown> {
  readonly _tag = 'ScalarType' as const
  readonly scalar: Scalar

  constructor(scalar: Scalar) {
    const is = isScalar[scalar]
    super(
      scalar,
      (value): value is unknown => is(value),
      (value, context) => (is(value) ? t.success(value) : t.failure(value, context)),
      t.identity,
    )
    this.scalar = scalar
  }
}

/** Go has a value for an absent time or raw extension even where the field is required. */
const mayBeAbsent = ({ schema, required }: AnyField): boolean => {
  const { shape } = schema
  return !required || (shape.tag === 'scalar' && /^(?:time|micro-time|raw-object|raw-any)$/.test(shape.scalar))
}

const codecOfShape = (shape: SolidShape): t.Mixed => {
  switch (shape.tag) {
    case 'scalar':
      return new ScalarType(shape.scalar)
    case 'list':
      return t.array(later(shape.of))
    case 'map':
      return t.record(t.string, later(shape.of))
    case 'struct': {
      const fields = Object.entries(shape.fields)
      const pick = (wanted: boolean): t.Props =>
        Object.fromEntries(
          fields
            .filter(([, field]) => mayBeAbsent(field) === wanted)
            .map(([name, field]) => [name, later(field.schema)]),
        )
      return t.intersection([t.type(pick(false)), t.partial(pick(true))], shape.name)
    }
  }
}

const later = (schema: Schema<unknown>): t.Mixed =>
  schema.shape.tag === 'lazy' ? t.recursion('self', () => derivedCodec(schema)) : derivedCodec(schema)

const derivedCodec = derived(codecOfShape)

/**
 * The io-ts codec of a schema, made once. It knows nothing of unknown fields and accepts only what is canonical in kind, not in
 * form: `conform` comes first, `predicateOf` answers faster, and `decode` explains.
 */
export const codecOf = <A>(schema: Schema<A>): t.Type<A, unknown, unknown> =>
  later(schema as Schema<unknown>) as unknown as t.Type<A, unknown, unknown>
