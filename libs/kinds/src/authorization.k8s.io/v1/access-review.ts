import { schema } from '@periplus/api'
import type { TypeOf } from '@periplus/api'
import { LabelSelectorRequirement } from '../../apimachinery/meta/v1/label-selector.ts'
import { FieldSelectorRequirement } from '../../apimachinery/meta/v1/selector-requirement.ts'

const { boolean, list, map, optional, required, string, struct } = schema
const pkg = 'io.k8s.api.authorization.v1'

export const FieldSelectorAttributes = struct(`${pkg}.FieldSelectorAttributes`, {
  rawSelector: optional(1, string),
  requirements: optional(2, list(FieldSelectorRequirement), { listType: 'atomic' }),
})
export interface FieldSelectorAttributes extends TypeOf<typeof FieldSelectorAttributes> {}

export const LabelSelectorAttributes = struct(`${pkg}.LabelSelectorAttributes`, {
  rawSelector: optional(1, string),
  requirements: optional(2, list(LabelSelectorRequirement), { listType: 'atomic' }),
})
export interface LabelSelectorAttributes extends TypeOf<typeof LabelSelectorAttributes> {}

export const NonResourceAttributes = struct(`${pkg}.NonResourceAttributes`, {
  path: optional(1, string),
  verb: optional(2, string),
})
export interface NonResourceAttributes extends TypeOf<typeof NonResourceAttributes> {}

export const ResourceAttributes = struct(`${pkg}.ResourceAttributes`, {
  fieldSelector: optional(8, FieldSelectorAttributes),
  group: optional(3, string),
  labelSelector: optional(9, LabelSelectorAttributes),
  name: optional(7, string),
  namespace: optional(1, string),
  resource: optional(5, string),
  subresource: optional(6, string),
  verb: optional(2, string),
  version: optional(4, string),
})
export interface ResourceAttributes extends TypeOf<typeof ResourceAttributes> {}

export const SubjectAccessReviewSpec = struct(`${pkg}.SubjectAccessReviewSpec`, {
  extra: optional(5, map(list(string))),
  groups: optional(4, list(string), { listType: 'atomic' }),
  nonResourceAttributes: optional(2, NonResourceAttributes),
  resourceAttributes: optional(1, ResourceAttributes),
  uid: optional(6, string),
  user: optional(3, string),
})
export interface SubjectAccessReviewSpec extends TypeOf<typeof SubjectAccessReviewSpec> {}

export const SubjectAccessReviewStatus = struct(`${pkg}.SubjectAccessReviewStatus`, {
  allowed: required(1, boolean),
  denied: optional(4, boolean),
  evaluationError: optional(3, string),
  reason: optional(2, string),
})
export interface SubjectAccessReviewStatus extends TypeOf<typeof SubjectAccessReviewStatus> {}
