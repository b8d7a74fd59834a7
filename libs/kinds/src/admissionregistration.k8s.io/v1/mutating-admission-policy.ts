import type { Kind } from '@periplus/api'
import { defineKind } from '../../describe/define-kind.ts'
import { mutatingPolicyColumns } from './mutating-policy-columns.ts'
import { mutatingSchemas } from './mutating-policy-types.ts'
import type { MutatingAdmissionPolicy as Policy } from './mutating-policy-types.ts'
import { mutatingErrors, mutatingWarnings } from './mutating-policy-validation.ts'

export interface MutatingAdmissionPolicy extends Policy {}

const policyOf = (version: keyof typeof mutatingSchemas): Kind<MutatingAdmissionPolicy> =>
  defineKind<MutatingAdmissionPolicy>({
    group: 'admissionregistration.k8s.io',
    version,
    kind: 'MutatingAdmissionPolicy',
    resource: 'mutatingadmissionpolicies',
    categories: ['api-extensions'],
    namespaced: false,
    schema: mutatingSchemas[version].policy,
    ...(version === 'v1' ? {} : { stored: false }),
    generationOf: object => object.spec,
    validate: policy => mutatingErrors(policy),
    warnings: policy => mutatingWarnings(policy),
    columns: mutatingPolicyColumns,
  })

export const MutatingAdmissionPolicy: Kind<MutatingAdmissionPolicy> = policyOf('v1')
export const MutatingAdmissionPolicyV1beta1: Kind<MutatingAdmissionPolicy> = policyOf('v1beta1')
export const MutatingAdmissionPolicyV1alpha1: Kind<MutatingAdmissionPolicy> = policyOf('v1alpha1')
