import { ObjectMeta, schema } from '@periplus/api'
import type { TypeOf } from '@periplus/api'
import { Condition } from '../../apimachinery/meta/v1/condition.ts'
import { typeMeta } from '../../describe/type-meta.ts'
import { MatchCondition, MatchResources } from './match.ts'
import { ParamKind, Variable } from './params.ts'

const { int64, list, optional, required, string, struct } = schema
const pkg = 'io.k8s.api.admissionregistration.v1'

export const AuditAnnotation = struct(`${pkg}.AuditAnnotation`, {
  key: required(1, string),
  valueExpression: required(2, string),
})
export interface AuditAnnotation extends TypeOf<typeof AuditAnnotation> {}

export const ExpressionWarning = struct(`${pkg}.ExpressionWarning`, {
  fieldRef: required(2, string),
  warning: required(3, string),
})
export interface ExpressionWarning extends TypeOf<typeof ExpressionWarning> {}

export const TypeChecking = struct(`${pkg}.TypeChecking`, {
  expressionWarnings: optional(1, list(ExpressionWarning), { listType: 'atomic' }),
})
export interface TypeChecking extends TypeOf<typeof TypeChecking> {}

export const Validation = struct(`${pkg}.Validation`, {
  expression: required(1, string),
  message: optional(2, string),
  messageExpression: optional(4, string),
  reason: optional(3, string),
})
export interface Validation extends TypeOf<typeof Validation> {}

export const ValidatingAdmissionPolicySpec = struct(`${pkg}.ValidatingAdmissionPolicySpec`, {
  auditAnnotations: optional(5, list(AuditAnnotation), { listType: 'atomic' }),
  failurePolicy: optional(4, string, { default: 'Fail' }),
  matchConditions: optional(6, list(MatchCondition), {
    listType: 'map',
    keys: ['name'],
    mergeKey: 'name',
    patch: 'merge',
  }),
  matchConstraints: optional(2, MatchResources),
  paramKind: optional(1, ParamKind),
  validations: optional(3, list(Validation), { listType: 'atomic' }),
  variables: optional(7, list(Variable), { listType: 'map', keys: ['name'], mergeKey: 'name', patch: 'merge' }),
})
export interface ValidatingAdmissionPolicySpec extends TypeOf<typeof ValidatingAdmissionPolicySpec> {}

export const ValidatingAdmissionPolicyStatus = struct(`${pkg}.ValidatingAdmissionPolicyStatus`, {
  conditions: optional(3, list(Condition), { listType: 'map', keys: ['type'] }),
  observedGeneration: optional(1, int64),
  typeChecking: optional(2, TypeChecking),
})
export interface ValidatingAdmissionPolicyStatus extends TypeOf<typeof ValidatingAdmissionPolicyStatus> {}

export const ValidatingAdmissionPolicySchema = struct(`${pkg}.ValidatingAdmissionPolicy`, {
  ...typeMeta,
  metadata: optional(1, ObjectMeta),
  spec: optional(2, ValidatingAdmissionPolicySpec),
  status: optional(3, ValidatingAdmissionPolicyStatus),
})
export interface ValidatingAdmissionPolicy extends TypeOf<typeof ValidatingAdmissionPolicySchema> {}
