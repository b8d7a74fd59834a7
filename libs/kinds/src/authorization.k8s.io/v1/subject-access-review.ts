import { ObjectMeta, schema } from '@periplus/api'
import type { Kind, TypeOf } from '@periplus/api'
import { defineKind } from '../../describe/define-kind.ts'
import { typeMeta } from '../../describe/type-meta.ts'
import { SubjectAccessReviewSpec, SubjectAccessReviewStatus } from './access-review.ts'

const { optional, required, struct } = schema

export const SubjectAccessReviewSchema = struct('io.k8s.api.authorization.v1.SubjectAccessReview', {
  ...typeMeta,
  metadata: optional(1, ObjectMeta),
  spec: required(2, SubjectAccessReviewSpec),
  status: optional(3, SubjectAccessReviewStatus),
})
export interface SubjectAccessReview extends TypeOf<typeof SubjectAccessReviewSchema> {}

export const SubjectAccessReview: Kind<SubjectAccessReview> = defineKind({
  group: 'authorization.k8s.io',
  version: 'v1',
  kind: 'SubjectAccessReview',
  resource: 'subjectaccessreviews',
  namespaced: false,
  schema: SubjectAccessReviewSchema,
  verbs: ['create'],
})
