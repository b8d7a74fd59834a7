import { ObjectMeta, schema } from '@periplus/api'
import type { Kind, TypeOf } from '@periplus/api'
import { defineKind } from '../../describe/define-kind.ts'
import { typeMeta } from '../../describe/type-meta.ts'
import { UserInfo } from './user-info.ts'

const { optional, struct } = schema
const pkg = 'io.k8s.api.authentication.v1'

export const SelfSubjectReviewStatus = struct(`${pkg}.SelfSubjectReviewStatus`, {
  userInfo: optional(1, UserInfo),
})
export interface SelfSubjectReviewStatus extends TypeOf<typeof SelfSubjectReviewStatus> {}

export const SelfSubjectReviewSchema = struct(`${pkg}.SelfSubjectReview`, {
  ...typeMeta,
  metadata: optional(1, ObjectMeta),
  status: optional(2, SelfSubjectReviewStatus),
})
export interface SelfSubjectReview extends TypeOf<typeof SelfSubjectReviewSchema> {}

export const SelfSubjectReview: Kind<SelfSubjectReview> = defineKind({
  group: 'authentication.k8s.io',
  version: 'v1',
  kind: 'SelfSubjectReview',
  resource: 'selfsubjectreviews',
  namespaced: false,
  schema: SelfSubjectReviewSchema,
  verbs: ['create'],
})
