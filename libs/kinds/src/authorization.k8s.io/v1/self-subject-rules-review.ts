import { ObjectMeta, schema } from '@periplus/api'
import type { Kind, TypeOf } from '@periplus/api'
import { defineKind } from '../../describe/define-kind.ts'
import { typeMeta } from '../../describe/type-meta.ts'

const { boolean, list, optional, required, string, struct } = schema
const pkg = 'io.k8s.api.authorization.v1'

export const NonResourceRule = struct(`${pkg}.NonResourceRule`, {
  nonResourceURLs: optional(2, list(string), { listType: 'atomic' }),
  verbs: required(1, list(string), { listType: 'atomic' }),
})
export interface NonResourceRule extends TypeOf<typeof NonResourceRule> {}

export const ResourceRule = struct(`${pkg}.ResourceRule`, {
  apiGroups: optional(2, list(string), { listType: 'atomic' }),
  resourceNames: optional(4, list(string), { listType: 'atomic' }),
  resources: optional(3, list(string), { listType: 'atomic' }),
  verbs: required(1, list(string), { listType: 'atomic' }),
})
export interface ResourceRule extends TypeOf<typeof ResourceRule> {}

export const SelfSubjectRulesReviewSpec = struct(`${pkg}.SelfSubjectRulesReviewSpec`, {
  namespace: optional(1, string),
})
export interface SelfSubjectRulesReviewSpec extends TypeOf<typeof SelfSubjectRulesReviewSpec> {}

export const SubjectRulesReviewStatus = struct(`${pkg}.SubjectRulesReviewStatus`, {
  evaluationError: optional(4, string),
  incomplete: required(3, boolean),
  nonResourceRules: required(2, list(NonResourceRule), { listType: 'atomic' }),
  resourceRules: required(1, list(ResourceRule), { listType: 'atomic' }),
})
export interface SubjectRulesReviewStatus extends TypeOf<typeof SubjectRulesReviewStatus> {}

export const SelfSubjectRulesReviewSchema = struct(`${pkg}.SelfSubjectRulesReview`, {
  ...typeMeta,
  metadata: optional(1, ObjectMeta),
  spec: required(2, SelfSubjectRulesReviewSpec),
  status: optional(3, SubjectRulesReviewStatus),
})
export interface SelfSubjectRulesReview extends TypeOf<typeof SelfSubjectRulesReviewSchema> {}

export const SelfSubjectRulesReview: Kind<SelfSubjectRulesReview> = defineKind({
  group: 'authorization.k8s.io',
  version: 'v1',
  kind: 'SelfSubjectRulesReview',
  resource: 'selfsubjectrulesreviews',
  namespaced: false,
  schema: SelfSubjectRulesReviewSchema,
  verbs: ['create'],
})
