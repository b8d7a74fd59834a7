import type { Column, Kind } from '@periplus/api'
import { ageColumn, column, nameColumn } from '../../describe/columns.ts'
import { defineKind } from '../../describe/define-kind.ts'
import { keepingMetadata } from '../../describe/keeping-metadata.ts'
import { paramKindText } from './params.ts'
import { ValidatingAdmissionPolicySchema } from './validating-policy-types.ts'
import type { ValidatingAdmissionPolicy as Policy } from './validating-policy-types.ts'
import { policyErrors } from './validating-policy-validation.ts'

export interface ValidatingAdmissionPolicy extends Policy {}

const columns: readonly Column<ValidatingAdmissionPolicy>[] = [
  nameColumn,
  column('Validations', 'Number of validations in the policy.', ({ spec }) => spec?.validations?.length ?? 0),
  column('ParamKind', 'ParamKind is the kind of the resource used to parameterize this policy', ({ spec }) =>
    paramKindText(spec?.paramKind),
  ),
  ageColumn,
]

export const ValidatingAdmissionPolicy: Kind<ValidatingAdmissionPolicy> = defineKind({
  group: 'admissionregistration.k8s.io',
  version: 'v1',
  kind: 'ValidatingAdmissionPolicy',
  resource: 'validatingadmissionpolicies',
  categories: ['api-extensions'],
  namespaced: false,
  schema: ValidatingAdmissionPolicySchema,
  hasStatus: true,
  prepareForStatusUpdate: keepingMetadata,
  generationOf: object => object.spec,
  validate: policy => policyErrors(policy),
  columns,
})
