import { ObjectMeta, schema } from '@periplus/api'
import type { Column, Kind, TypeOf } from '@periplus/api'
import { ageColumn, column, nameColumn } from '../../describe/columns.ts'
import { defineKind } from '../../describe/define-kind.ts'
import { typeMeta } from '../../describe/type-meta.ts'
import { MatchResources } from './match.ts'
import { ParamRef, paramRefText } from './params.ts'
import { actionErrors, bindingErrors } from './policy-validation.ts'

const { list, optional, required, string, struct } = schema
const pkg = 'io.k8s.api.admissionregistration.v1'

export const ValidatingAdmissionPolicyBindingSpec = struct(`${pkg}.ValidatingAdmissionPolicyBindingSpec`, {
  matchResources: optional(3, MatchResources),
  paramRef: optional(2, ParamRef),
  policyName: required(1, string),
  validationActions: required(4, list(string), { listType: 'set' }),
})
export interface ValidatingAdmissionPolicyBindingSpec extends TypeOf<typeof ValidatingAdmissionPolicyBindingSpec> {}

export const ValidatingAdmissionPolicyBindingSchema = struct(`${pkg}.ValidatingAdmissionPolicyBinding`, {
  ...typeMeta,
  metadata: optional(1, ObjectMeta),
  spec: required(2, ValidatingAdmissionPolicyBindingSpec),
})
export interface ValidatingAdmissionPolicyBinding extends TypeOf<typeof ValidatingAdmissionPolicyBindingSchema> {}

const columns: readonly Column<ValidatingAdmissionPolicyBinding>[] = [
  nameColumn,
  column('PolicyName', 'The policy definition which the policy binding binds', ({ spec }) => spec.policyName),
  column('ParamRef', 'The param resource which the policy binding uses', ({ spec }) => paramRefText(spec.paramRef)),
  ageColumn,
]

export const ValidatingAdmissionPolicyBinding: Kind<ValidatingAdmissionPolicyBinding> = defineKind({
  group: 'admissionregistration.k8s.io',
  version: 'v1',
  kind: 'ValidatingAdmissionPolicyBinding',
  resource: 'validatingadmissionpolicybindings',
  categories: ['api-extensions'],
  namespaced: false,
  schema: ValidatingAdmissionPolicyBindingSchema,
  validate: ({ spec }) => [...bindingErrors(spec), ...actionErrors(spec.validationActions, 'spec.validationActions')],
  columns,
})
