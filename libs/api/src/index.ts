export * as schema from './schema/schema.ts'
export type {
  Field,
  FieldOptions,
  Fields,
  Rest,
  Scalar,
  Schema,
  Shape,
  Struct,
  StructOptions,
  TypeOf,
  WireUnion,
} from './schema/schema.ts'

export * as structural from './structural/index.ts'
export * as serverSideApply from './apply/index.ts'
export type { FieldOwner, FieldSet, MergeType, Ownership, OwnershipConflict, OwnershipContext } from './apply/index.ts'
export type { StructuralSchema } from './structural/structural-schema.ts'

export type { FieldError, Refusal, StatusCause, Target } from './refusal.ts'
export { groupResource, internalError, messageOf, statusOf, successOf } from './status/status.ts'
export type { Status } from './status/status.ts'
export type { StatusDetails } from './status/status-details.ts'
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
export { controlledBy, controllerOf, isControlledBy } from './meta/owners.ts'
export { ManagedFieldsEntry, ObjectMeta, OwnerReference } from './meta/object-meta.ts'
export { PartialObjectMetadata } from './meta/partial-object-metadata.ts'
export type { KubernetesObject, Stored } from './meta/object-meta.ts'

export type { Cell, Column, ConversionWebhook, Kind, ScaleMapping, Subresource, Verb, WebhookAddress } from './kind.ts'
export { groupVersion, gvkOf, parseGroupVersion } from './registry/group-version.ts'
export type { GroupVersionKind } from './registry/group-version.ts'
export { inVersion, needsConversion } from './registry/in-version.ts'
export { kindRegistry } from './registry/kind-registry.ts'
export type { KindRegistry } from './registry/kind-registry.ts'
export { compareGroups, compareVersions } from './registry/version-order.ts'

export { annotationErrors, labelErrors } from './names/labels.ts'
export { maskTrailingHyphen, nameRuleOf, objectNameErrors } from './names/object-name.ts'
export { isLabelValue, isQualifiedName } from './names/qualified-name.ts'
export {
  isConfigMapKey,
  isDns1035Label,
  isDns1123Label,
  isDns1123Subdomain,
  isEnvVarName,
  isFullyQualifiedName,
  isPathSegment,
  isPercent,
  isPortName,
  isPortNumber,
  isWildcardDns1123Subdomain,
} from './names/dns.ts'
export type { Complaints } from './names/validation.ts'

export { parseSelector, parseSelectorInSteps } from './selector/parse-selector.ts'
export { everything, nothing, selectorFromLabels, selectorOf } from './selector/selector.ts'
export type { Selector } from './selector/selector.ts'
export type { Operator, Requirement } from './selector/requirement.ts'
export {
  formatLabelSelector,
  labelSelectorAsSelector,
  labelSelectorErrors,
  selects,
} from './selector/label-selector.ts'
export type { LabelSelectorLike, LabelSelectorRequirementLike } from './selector/label-selector.ts'
export { hasLabels, selectsEverything } from './selector/plain-labels.ts'
export { fieldMatcherInSteps, parseFieldSelectorInSteps, pinnedName } from './selector/field-selector.ts'
export type { FieldRequirement } from './selector/field-selector.ts'

export {
  addQuantities,
  approximateValue,
  compareQuantities,
  milliValue,
  quantityFromMilli,
  quantityFromValue,
  subtractQuantities,
  wholeValue,
  zeroQuantity,
} from './quantity/quantity.ts'
export type { Quantity, QuantityFormat } from './quantity/quantity.ts'
export { parseQuantity, quantityOf } from './quantity/parse-quantity.ts'
export { canonicalQuantity, formatQuantity } from './quantity/format-quantity.ts'
export { scaledValue } from './quantity/int-or-string.ts'

export { formatMicroTime, formatTime, isEndOfTime, millisecondsOf, parseTime, secondsAfter } from './time/timestamp.ts'
export { ageOf, humanDuration, shortHumanDuration } from './time/human-duration.ts'
export { formatDuration, parseDuration } from './time/go-duration.ts'

export { int64Of, parseInt64, successor } from './int64/int64.ts'
export type { Int64 } from './int64/int64.ts'
export { hasTooManyValues, mostCustomValues, mostDefinitionValues, mostValues, tooManyValues } from './json/bounds.ts'
export { fromJson, toJson } from './json/exact-json.ts'
export { parseJson, parseJsonInSteps } from './json/parse-json.ts'
export type { ParsedJson } from './json/parse-json.ts'
export { codecOf } from './schema/codec.ts'
export { isCustomSchema } from './schema/shape.ts'
export { predicateOf } from './schema/predicate.ts'
export { conform } from './schema/conform.ts'
export type { Conformed } from './schema/conform.ts'
export { applyDefaults } from './schema/defaults.ts'
export { decodeJson, decodeJsonInSteps, decodeValue, decodeValueInSteps, mostValuesOf } from './schema/decode.ts'
export type { Decodable, Decoded, DecodeOptions, FieldValidation } from './schema/decode.ts'
export { isRecord } from './json/json-value.ts'
export { derived, shapeOf } from './schema/shape.ts'
export type { StructShape } from './schema/shape.ts'

export { applyJsonPatch, applyJsonPatchInTurns, isFailedTest } from './patch/json-patch.ts'
export { applyMergePatch } from './patch/merge-patch.ts'
export { applyStrategicPatch } from './patch/strategic-patch.ts'
export { canonicalJson, deepEqual, deepEqualInSteps, withSortedKeys } from './json/equal.ts'

export { decodeProtobuf, encodeProtobuf, inEnvelope, protobufEnvelope, protobufMediaType } from './protobuf/envelope.ts'
export { encodeMessage } from './protobuf/encode-message.ts'
export { travelsAsProtobuf } from './protobuf/message-plan.ts'

export { openApiV2, openApiV2InSteps } from './openapi/swagger.ts'
export { openApiV2Protobuf, openApiV2ProtobufInSteps, openApiV2ProtobufMediaType } from './openapi/gnostic.ts'
export { jsonPartsInSteps } from './json/json-parts.ts'
export { openApiHashInSteps, openApiV3, openApiV3InSteps, openApiV3Index } from './openapi/openapi-v3.ts'
export { kindSchemas } from './openapi/kind-schemas.ts'
export type { KindSchemas } from './openapi/kind-schemas.ts'
export { subresourcesOf } from './openapi/operations.ts'
export type { OpenApiSources } from './openapi/sources.ts'

export { apiGroup, apiGroupList, apiResourceList, apiVersions } from './discovery/discovery.ts'
export { aggregatedDiscovery } from './discovery/aggregated.ts'

export { tableOf, tableRow } from './table/table.ts'
export type { IncludeObject, Table, TableOptions, TableRow } from './table/table.ts'
export { hasMoreStates } from './pattern/least-states.ts'
export { isPatternKept, linearPattern } from './pattern/linear-pattern.ts'
export type { LinearPattern, PatternFault } from './pattern/linear-pattern.ts'
