export { applyConflict } from './conflicts.ts'
export { compare } from './compare.ts'
export {
  difference,
  fieldAt,
  intersection,
  isEmptySet,
  noFields,
  pathsOf,
  sameFields,
  union,
  without,
} from './field-set.ts'
export type { FieldSet } from './field-set.ts'
export { emptyObject } from './empty-object.ts'
export { allOf, fieldsOf } from './fields-of.ts'
export { UnfitValue } from './list-elements.ts'
export { ownManagedFields, readManagedFields, writeManagedFields } from './managed-fields.ts'
export type { FieldOwner, Ownership } from './managed-fields.ts'
export { merge } from './merge.ts'
export { mergeTypeOf } from './merge-type.ts'
export type { MergeType } from './merge-type.ts'
export { atomicsIn } from './atomics.ts'
export { apply, applyInSteps, trackCreationInSteps, trackUpdate, trackUpdateInSteps } from './ownership.ts'
export type { Applied, OwnershipConflict } from './ownership.ts'
export type { InVersion, OwnershipContext } from './ownership-context.ts'
export { fieldElement } from './path-element.ts'
export { remove } from './remove.ts'
export { unfit, unfitText } from './unfit.ts'
