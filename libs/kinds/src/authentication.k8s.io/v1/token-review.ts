import { ObjectMeta, schema } from '@periplus/api'
import type { Kind, TypeOf } from '@periplus/api'
import { defineKind } from '../../describe/define-kind.ts'
import { typeMeta } from '../../describe/type-meta.ts'
import { UserInfo } from './user-info.ts'

const { boolean, list, optional, required, string, struct } = schema
const pkg = 'io.k8s.api.authentication.v1'

export const TokenReviewSpec = struct(`${pkg}.TokenReviewSpec`, {
  audiences: optional(2, list(string), { listType: 'atomic' }),
  token: required(1, string),
})
export interface TokenReviewSpec extends TypeOf<typeof TokenReviewSpec> {}

export const TokenReviewStatus = struct(`${pkg}.TokenReviewStatus`, {
  audiences: optional(4, list(string), { listType: 'atomic' }),
  authenticated: optional(1, boolean),
  error: optional(3, string),
  user: optional(2, UserInfo),
})
export interface TokenReviewStatus extends TypeOf<typeof TokenReviewStatus> {}

export const TokenReviewSchema = struct(`${pkg}.TokenReview`, {
  ...typeMeta,
  metadata: optional(1, ObjectMeta),
  spec: required(2, TokenReviewSpec),
  status: optional(3, TokenReviewStatus),
})
export interface TokenReview extends TypeOf<typeof TokenReviewSchema> {}

export const TokenReview: Kind<TokenReview> = defineKind({
  group: 'authentication.k8s.io',
  version: 'v1',
  kind: 'TokenReview',
  resource: 'tokenreviews',
  namespaced: false,
  schema: TokenReviewSchema,
  verbs: ['create'],
})
