import { ObjectMeta, schema } from '@periplus/api'
import type { Kind, TypeOf } from '@periplus/api'
import { defineKind } from '../../describe/define-kind.ts'
import { typeMeta } from '../../describe/type-meta.ts'
import { MatchResources } from './match.ts'

const { list, optional, required, string, struct } = schema
const pkg = 'io.k8s.api.admissionregistration.v1beta1'

export const ApplyConfiguration = struct(`${pkg}.ApplyConfiguration`, {
  expression: optional(1, string),
})
export interface ApplyConfiguration extends TypeOf<typeof ApplyConfiguration> {}

export const JSONPatch = struct(`${pkg}.JSONPatch`, {
  expression: optional(1, string),
})
export interface JSONPatch extends TypeOf<typeof JSONPatch> {}

export const MatchCondition = struct(`${pkg}.MatchCondition`, {
  expression: required(2, string),
  name: required(1, string),
})
export interface MatchCondition extends TypeOf<typeof MatchCondition> {}

export const Mutation = struct(`${pkg}.Mutation`, {
  applyConfiguration: optional(3, ApplyConfiguration),
  jsonPatch: optional(4, JSONPatch),
  patchType: required(2, string),
})
export interface Mutation extends TypeOf<typeof Mutation> {}

export const ParamKind = struct(
  `${pkg}.ParamKind`,
  {
    apiVersion: optional(1, string),
    kind: optional(2, string),
  },
  { atomic: true },
)
export interface ParamKind extends TypeOf<typeof ParamKind> {}

export const Variable = struct(
  `${pkg}.Variable`,
  {
    expression: required(2, string),
    name: required(1, string),
  },
  { atomic: true },
)
export interface Variable extends TypeOf<typeof Variable> {}

export const MutatingAdmissionPolicySpec = struct(`${pkg}.MutatingAdmissionPolicySpec`, {
  failurePolicy: optional(5, string),
  matchConditions: optional(6, list(MatchCondition), {
    listType: 'map',
    keys: ['name'],
    mergeKey: 'name',
    patch: 'merge',
  }),
  matchConstraints: optional(2, MatchResources),
  mutations: optional(4, list(Mutation), { listType: 'atomic' }),
  paramKind: optional(1, ParamKind),
  reinvocationPolicy: optional(7, string),
  variables: optional(3, list(Variable), { listType: 'atomic' }),
})
export interface MutatingAdmissionPolicySpec extends TypeOf<typeof MutatingAdmissionPolicySpec> {}

export const MutatingAdmissionPolicySchema = struct(`${pkg}.MutatingAdmissionPolicy`, {
  ...typeMeta,
  metadata: optional(1, ObjectMeta),
  spec: optional(2, MutatingAdmissionPolicySpec),
})
export interface MutatingAdmissionPolicy extends TypeOf<typeof MutatingAdmissionPolicySchema> {}

export const MutatingAdmissionPolicy: Kind<MutatingAdmissionPolicy> = defineKind({
  group: 'admissionregistration.k8s.io',
  version: 'v1beta1',
  kind: 'MutatingAdmissionPolicy',
  resource: 'mutatingadmissionpolicies',
  categories: ['api-extensions'],
  namespaced: false,
  schema: MutatingAdmissionPolicySchema,
  stored: false,
  generationOf: object => object.spec,
})
