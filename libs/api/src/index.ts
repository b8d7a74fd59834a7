export * as schema from './schema/schema.ts'
export type {
  Field,
  FieldOptions,
  Fields,
  Scalar,
  Schema,
  Shape,
  Struct,
  StructOptions,
  TypeOf,
} from './schema/schema.ts'
export type { FieldError, Refusal, StatusCause, Target } from './refusal.ts'
export type { ObjectRef } from './meta/object-ref.ts'
export { ManagedFieldsEntry, ObjectMeta, OwnerReference } from './meta/object-meta.ts'
export type { KubernetesObject, Stored } from './meta/object-meta.ts'
export type { Column, Kind, ScaleMapping, Subresource, Verb } from './kind.ts'
