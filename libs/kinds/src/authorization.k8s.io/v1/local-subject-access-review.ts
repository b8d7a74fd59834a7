import { ObjectMeta, schema } from '@periplus/api'
import type { Kind, TypeOf } from '@periplus/api'
import { defineKind } from '../../describe/define-kind.ts'
import { typeMeta } from '../../describe/type-meta.ts'
import { SubjectAccessReviewSpec, SubjectAccessReviewStatus } from './access-review.ts'

const { optional, required, struct } = schema

export const LocalSubjectAccessReviewSchema = struct('io.k8s.api.authorization.v1.LocalSubjectAccessReview', {
  ...typeMeta,
  metadata: optional(1, ObjectMeta),
  spec: required(2, SubjectAccessReviewSpec),
  status: optional(3, SubjectAccessReviewStatus),
})
export interface LocalSubjectAccessReview extends TypeOf<typeof LocalSubjectAccessReviewSchema> {}

export const LocalSubjectAccessReview: Kind<LocalSubjectAccessReview> = defineKind({
  group: 'authorization.k8s.io',
  version: 'v1',
  kind: 'LocalSubjectAccessReview',
  resource: 'localsubjectaccessreviews',
  namespaced: true,
  schema: LocalSubjectAccessReviewSchema,
  verbs: ['create'],
})
