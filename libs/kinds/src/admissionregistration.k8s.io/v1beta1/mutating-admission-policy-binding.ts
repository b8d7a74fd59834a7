import { ObjectMeta, schema } from '@periplus/api'
import type { Kind, TypeOf } from '@periplus/api'
import { LabelSelector } from '../../apimachinery/meta/v1/label-selector.ts'
import { defineKind } from '../../describe/define-kind.ts'
import { typeMeta } from '../../describe/type-meta.ts'
import { MatchResources } from './match.ts'

const { optional, string, struct } = schema
const pkg = 'io.k8s.api.admissionregistration.v1beta1'

export const ParamRef = struct(
  `${pkg}.ParamRef`,
  {
    name: optional(1, string),
    namespace: optional(2, string),
    parameterNotFoundAction: optional(4, string),
    selector: optional(3, LabelSelector),
  },
  { atomic: true },
)
export interface ParamRef extends TypeOf<typeof ParamRef> {}

export const MutatingAdmissionPolicyBindingSpec = struct(`${pkg}.MutatingAdmissionPolicyBindingSpec`, {
  matchResources: optional(3, MatchResources),
  paramRef: optional(2, ParamRef),
  policyName: optional(1, string),
})
export interface MutatingAdmissionPolicyBindingSpec extends TypeOf<typeof MutatingAdmissionPolicyBindingSpec> {}

export const MutatingAdmissionPolicyBindingSchema = struct(`${pkg}.MutatingAdmissionPolicyBinding`, {
  ...typeMeta,
  metadata: optional(1, ObjectMeta),
  spec: optional(2, MutatingAdmissionPolicyBindingSpec),
})
export interface MutatingAdmissionPolicyBinding extends TypeOf<typeof MutatingAdmissionPolicyBindingSchema> {}

export const MutatingAdmissionPolicyBinding: Kind<MutatingAdmissionPolicyBinding> = defineKind({
  group: 'admissionregistration.k8s.io',
  version: 'v1beta1',
  kind: 'MutatingAdmissionPolicyBinding',
  resource: 'mutatingadmissionpolicybindings',
  categories: ['api-extensions'],
  namespaced: false,
  schema: MutatingAdmissionPolicyBindingSchema,
  stored: false,
})
