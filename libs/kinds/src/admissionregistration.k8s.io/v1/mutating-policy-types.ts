import { ObjectMeta, schema } from '@periplus/api'
import type { TypeOf } from '@periplus/api'
import { typeMeta } from '../../describe/type-meta.ts'
import { MatchCondition, MatchResources, NamedRuleWithOperations, matchTypes } from './match.ts'
import { ParamKind, ParamRef, Variable, paramTypes } from './params.ts'

const { list, optional, required, string, struct } = schema

/** What mutating policies are made of, as validating ones are. */
type Parts = ReturnType<typeof matchTypes> & ReturnType<typeof paramTypes>

const packageOf = (version: string): string => `io.k8s.api.admissionregistration.${version}`

const schemasOf = (pkg: string, { MatchCondition, MatchResources, ParamKind, ParamRef, Variable }: Parts) => {
  const Mutation = struct(`${pkg}.Mutation`, {
    applyConfiguration: optional(3, struct(`${pkg}.ApplyConfiguration`, { expression: optional(1, string) })),
    jsonPatch: optional(4, struct(`${pkg}.JSONPatch`, { expression: optional(1, string) })),
    patchType: required(2, string),
  })
  const PolicySpec = struct(`${pkg}.MutatingAdmissionPolicySpec`, {
    failurePolicy: optional(5, string, { default: 'Fail' }),
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
  const BindingSpec = struct(`${pkg}.MutatingAdmissionPolicyBindingSpec`, {
    matchResources: optional(3, MatchResources),
    paramRef: optional(2, ParamRef),
    policyName: optional(1, string),
  })
  return {
    policy: struct(`${pkg}.MutatingAdmissionPolicy`, {
      ...typeMeta,
      metadata: optional(1, ObjectMeta),
      spec: optional(2, PolicySpec),
    }),
    binding: struct(`${pkg}.MutatingAdmissionPolicyBinding`, {
      ...typeMeta,
      metadata: optional(1, ObjectMeta),
      spec: optional(2, BindingSpec),
    }),
  }
}

const partsOf = (version: string, options: { readonly atomic: boolean }): Parts => ({
  ...matchTypes(packageOf(version)),
  ...paramTypes(packageOf(version), options),
})

/** Mutating policies and their bindings: the versions differ in the names of types, and in whether a variable is of one owner. */
export const mutatingSchemas = {
  v1: schemasOf(packageOf('v1'), {
    ...{ MatchCondition, NamedRuleWithOperations, MatchResources },
    ...{ ParamKind, ParamRef, Variable },
  }),
  v1beta1: schemasOf(packageOf('v1beta1'), partsOf('v1beta1', { atomic: true })),
  v1alpha1: schemasOf(packageOf('v1alpha1'), partsOf('v1alpha1', { atomic: false })),
} as const

export interface MutatingAdmissionPolicy extends TypeOf<typeof mutatingSchemas.v1.policy> {}
export interface MutatingAdmissionPolicyBinding extends TypeOf<typeof mutatingSchemas.v1.binding> {}
