import { ObjectMeta, schema } from '@periplus/api'
import type { TypeOf } from '@periplus/api'
import { typeMeta } from '../../../describe/type-meta.ts'
import { JSONSchemaProps } from '../json-schema.ts'

const { boolean, bytes, int32, int64, list, optional, required, string, struct, time } = schema
const pkg = 'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1'

export const CustomResourceColumnDefinition = struct(`${pkg}.CustomResourceColumnDefinition`, {
  description: optional(4, string),
  format: optional(3, string),
  jsonPath: required(6, string),
  name: required(1, string),
  priority: optional(5, int32),
  type: required(2, string),
})
export interface CustomResourceColumnDefinition extends TypeOf<typeof CustomResourceColumnDefinition> {}

export const ServiceReference = struct(`${pkg}.ServiceReference`, {
  name: required(2, string),
  namespace: required(1, string),
  path: optional(3, string),
  port: optional(4, int32, { default: 443 }),
})
export interface ServiceReference extends TypeOf<typeof ServiceReference> {}

export const WebhookClientConfig = struct(`${pkg}.WebhookClientConfig`, {
  caBundle: optional(2, bytes),
  service: optional(1, ServiceReference),
  url: optional(3, string),
})
export interface WebhookClientConfig extends TypeOf<typeof WebhookClientConfig> {}

export const WebhookConversion = struct(`${pkg}.WebhookConversion`, {
  clientConfig: optional(2, WebhookClientConfig),
  conversionReviewVersions: required(3, list(string), { listType: 'atomic' }),
})
export interface WebhookConversion extends TypeOf<typeof WebhookConversion> {}

export const CustomResourceConversion = struct(`${pkg}.CustomResourceConversion`, {
  strategy: required(1, string),
  webhook: optional(2, WebhookConversion),
})
export interface CustomResourceConversion extends TypeOf<typeof CustomResourceConversion> {}

export const CustomResourceDefinitionCondition = struct(`${pkg}.CustomResourceDefinitionCondition`, {
  lastTransitionTime: optional(3, time),
  message: optional(5, string),
  observedGeneration: optional(6, int64),
  reason: optional(4, string),
  status: required(2, string),
  type: required(1, string),
})
export interface CustomResourceDefinitionCondition extends TypeOf<typeof CustomResourceDefinitionCondition> {}

export const CustomResourceDefinitionNames = struct(`${pkg}.CustomResourceDefinitionNames`, {
  categories: optional(6, list(string), { listType: 'atomic' }),
  kind: required(4, string),
  listKind: optional(5, string),
  plural: required(1, string),
  shortNames: optional(3, list(string), { listType: 'atomic' }),
  singular: optional(2, string),
})
export interface CustomResourceDefinitionNames extends TypeOf<typeof CustomResourceDefinitionNames> {}

export const CustomResourceValidation = struct(`${pkg}.CustomResourceValidation`, {
  openAPIV3Schema: optional(1, JSONSchemaProps),
})
export interface CustomResourceValidation extends TypeOf<typeof CustomResourceValidation> {}

export const SelectableField = struct(`${pkg}.SelectableField`, {
  jsonPath: required(1, string),
})
export interface SelectableField extends TypeOf<typeof SelectableField> {}

export const CustomResourceSubresourceScale = struct(`${pkg}.CustomResourceSubresourceScale`, {
  labelSelectorPath: optional(3, string),
  specReplicasPath: required(1, string),
  statusReplicasPath: required(2, string),
})
export interface CustomResourceSubresourceScale extends TypeOf<typeof CustomResourceSubresourceScale> {}

export const CustomResourceSubresourceStatus = struct(`${pkg}.CustomResourceSubresourceStatus`, {})
export interface CustomResourceSubresourceStatus extends TypeOf<typeof CustomResourceSubresourceStatus> {}

export const CustomResourceSubresources = struct(`${pkg}.CustomResourceSubresources`, {
  scale: optional(2, CustomResourceSubresourceScale),
  status: optional(1, CustomResourceSubresourceStatus),
})
export interface CustomResourceSubresources extends TypeOf<typeof CustomResourceSubresources> {}

export const CustomResourceDefinitionVersion = struct(`${pkg}.CustomResourceDefinitionVersion`, {
  additionalPrinterColumns: optional(6, list(CustomResourceColumnDefinition), { listType: 'atomic' }),
  deprecated: optional(7, boolean),
  deprecationWarning: optional(8, string),
  name: required(1, string),
  schema: optional(4, CustomResourceValidation),
  selectableFields: optional(9, list(SelectableField), { listType: 'atomic' }),
  served: required(2, boolean),
  storage: required(3, boolean),
  subresources: optional(5, CustomResourceSubresources),
})
export interface CustomResourceDefinitionVersion extends TypeOf<typeof CustomResourceDefinitionVersion> {}

export const CustomResourceDefinitionSpec = struct(`${pkg}.CustomResourceDefinitionSpec`, {
  conversion: optional(9, CustomResourceConversion),
  group: required(1, string),
  names: required(3, CustomResourceDefinitionNames),
  preserveUnknownFields: optional(10, boolean),
  scope: required(4, string),
  versions: required(7, list(CustomResourceDefinitionVersion), { listType: 'atomic' }),
})
export interface CustomResourceDefinitionSpec extends TypeOf<typeof CustomResourceDefinitionSpec> {}

export const CustomResourceDefinitionStatus = struct(`${pkg}.CustomResourceDefinitionStatus`, {
  acceptedNames: optional(2, CustomResourceDefinitionNames),
  conditions: optional(1, list(CustomResourceDefinitionCondition), { listType: 'map', keys: ['type'] }),
  observedGeneration: optional(4, int64),
  storedVersions: optional(3, list(string), { listType: 'atomic' }),
})
export interface CustomResourceDefinitionStatus extends TypeOf<typeof CustomResourceDefinitionStatus> {}

export const CustomResourceDefinitionSchema = struct(
  `${pkg}.CustomResourceDefinition`,
  {
    ...typeMeta,
    metadata: optional(1, ObjectMeta),
    spec: required(2, CustomResourceDefinitionSpec),
    status: optional(3, CustomResourceDefinitionStatus),
  },
  { doc: 'A kind of object that the cluster does not bring along.' },
)
export interface CustomResourceDefinition extends TypeOf<typeof CustomResourceDefinitionSchema> {}
