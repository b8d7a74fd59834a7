import type { Kind } from '@periplus/api'
import { defineKind } from '../../describe/define-kind.ts'
import { mutatingBindingColumns } from './mutating-policy-columns.ts'
import { mutatingSchemas } from './mutating-policy-types.ts'
import type { MutatingAdmissionPolicyBinding as Binding } from './mutating-policy-types.ts'
import { mutatingBindingErrors } from './mutating-policy-validation.ts'

export interface MutatingAdmissionPolicyBinding extends Binding {}

const bindingOf = (version: keyof typeof mutatingSchemas): Kind<MutatingAdmissionPolicyBinding> =>
  defineKind<MutatingAdmissionPolicyBinding>({
    group: 'admissionregistration.k8s.io',
    version,
    kind: 'MutatingAdmissionPolicyBinding',
    resource: 'mutatingadmissionpolicybindings',
    categories: ['api-extensions'],
    namespaced: false,
    schema: mutatingSchemas[version].binding,
    ...(version === 'v1' ? {} : { stored: false }),
    validate: binding => mutatingBindingErrors(binding),
    columns: mutatingBindingColumns,
  })

export const MutatingAdmissionPolicyBinding: Kind<MutatingAdmissionPolicyBinding> = bindingOf('v1')
export const MutatingAdmissionPolicyBindingV1beta1: Kind<MutatingAdmissionPolicyBinding> = bindingOf('v1beta1')
export const MutatingAdmissionPolicyBindingV1alpha1: Kind<MutatingAdmissionPolicyBinding> = bindingOf('v1alpha1')
