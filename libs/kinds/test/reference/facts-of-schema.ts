import type { Field, FieldOptions, Scalar, Schema } from '@periplus/api'
import type { FieldFacts, TypeFacts } from './reference.ts'
import { reference } from './reference.ts'

const meta = 'io.k8s.apimachinery.pkg.apis.meta.v1.'

const scalars: Readonly<Record<Scalar, readonly string[]>> = {
  string: ['string'],
  boolean: ['boolean'],
  int32: ['integer:int32'],
  int64: ['integer:int64'],
  double: ['number:double'],
  bytes: ['string:byte'],
  quantity: ['io.k8s.apimachinery.pkg.api.resource.Quantity'],
  time: [`${meta}Time`],
  'micro-time': [`${meta}MicroTime`],
  'int-or-string': ['io.k8s.apimachinery.pkg.util.intstr.IntOrString'],
  'raw-object': ['io.k8s.apimachinery.pkg.runtime.RawExtension', `${meta}FieldsV1`],
  'raw-any': Object.keys(reference.types).filter(name => reference.types[name]?.scalar === 'any'),
}

/** The names that a schema may stand for in the reference. */
export const typesOf = (of: Schema<unknown>): readonly TypeFacts[] => {
  const { shape } = of
  switch (shape.tag) {
    case 'scalar':
      return scalars[shape.scalar]
    case 'list':
    case 'map':
      return typesOf(shape.of).map(inner => [shape.tag, inner])
    case 'struct':
      return [shape.name]
    case 'lazy':
      return typesOf(shape.get())
  }
}

/** What a field of a schema states, its type and its wire number aside. */
export const factsOf = (field: Field<unknown, boolean>): Omit<FieldFacts, 'type' | 'tag'> =>
  withoutUndefined({ required: field.required || undefined, ...optionFacts(field.options) })

const optionFacts = (options: FieldOptions<unknown>): Omit<FieldFacts, 'type' | 'tag' | 'required'> => ({
  listType: options.listType,
  listMapKeys: options.keys,
  patchMergeKey: options.mergeKey,
  patchStrategy: options.patch,
  mapType: options.mapType,
})

const withoutUndefined = <A extends object>(value: A): A =>
  Object.fromEntries(Object.entries(value).filter(([, part]) => part !== undefined)) as A
