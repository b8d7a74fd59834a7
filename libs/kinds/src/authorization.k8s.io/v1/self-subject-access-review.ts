import { ObjectMeta, schema } from '@periplus/api'
import type { Kind, TypeOf } from '@periplus/api'
import { defineKind } from '../../describe/define-kind.ts'
import { typeMeta } from '../../describe/type-meta.ts'
import { NonResourceAttributes, ResourceAttributes, SubjectAccessReviewStatus } from './access-review.ts'

const { optional, required, struct } = schema
const pkg = 'io.k8s.api.authorization.v1'

export const SelfSubjectAccessReviewSpec = struct(`${pkg}.SelfSubjectAccessReviewSpec`, {
  nonResourceAttributes: optional(2, NonResourceAttributes),
  resourceAttributes: optional(1, ResourceAttributes),
})
export interface SelfSubjectAccessReviewSpec extends TypeOf<typeof SelfSubjectAccessReviewSpec> {}

export const SelfSubjectAccessReviewSchema = struct(`${pkg}.SelfSubjectAccessReview`, {
  ...typeMeta,
  metadata: optional(1, ObjectMeta),
  spec: required(2, SelfSubjectAccessReviewSpec),
  status: optional(3, SubjectAccessReviewStatus),
})
export interface SelfSubjectAccessReview extends TypeOf<typeof SelfSubjectAccessReviewSchema> {}

export const SelfSubjectAccessReview: Kind<SelfSubjectAccessReview> = defineKind({
  group: 'authorization.k8s.io',
  version: 'v1',
  kind: 'SelfSubjectAccessReview',
  resource: 'selfsubjectaccessreviews',
  namespaced: false,
  schema: SelfSubjectAccessReviewSchema,
  verbs: ['create'],
})
