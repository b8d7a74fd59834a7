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
export { groupResource, internalError, statusOf, successOf } from './status/status.ts'
export type { Status, StatusDetails } from './status/status.ts'
export {
  alreadyExists,
  badRequest,
  expiredContinue,
  invalidObject,
  modifiedConflict,
  notAcceptable,
  objectNotFound,
  preconditionConflict,
  targetOf,
  tooOldVersion,
  unknownResource,
  unsupportedMediaType,
} from './status/refusals.ts'
export type { Named } from './status/refusals.ts'
export * as fieldError from './status/field-error.ts'
export type { FieldPath } from './status/field-error.ts'
export { goQuote } from './status/go-quote.ts'

export { refOf } from './meta/object-ref.ts'
export type { ObjectRef } from './meta/object-ref.ts'
export { ManagedFieldsEntry, ObjectMeta, OwnerReference } from './meta/object-meta.ts'
export type { KubernetesObject, Stored } from './meta/object-meta.ts'

export type { Column, Kind, ScaleMapping, Subresource, Verb } from './kind.ts'
export { groupVersion, gvkOf, parseGroupVersion } from './registry/group-version.ts'
export type { GroupVersionKind } from './registry/group-version.ts'
export { kindRegistry } from './registry/kind-registry.ts'
export type { KindRegistry } from './registry/kind-registry.ts'
export { compareGroups, compareVersions } from './registry/version-order.ts'
