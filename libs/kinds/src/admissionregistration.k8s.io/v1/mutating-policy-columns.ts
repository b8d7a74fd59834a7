import type { Column } from '@periplus/api'
import { ageColumn, column, nameColumn } from '../../describe/columns.ts'
import { paramKindText, paramRefText } from './params.ts'
import type { MutatingAdmissionPolicy, MutatingAdmissionPolicyBinding } from './mutating-policy-types.ts'

/** How mutating policies of every version are listed. */
export const mutatingPolicyColumns: readonly Column<MutatingAdmissionPolicy>[] = [
  nameColumn,
  column(
    'Mutations',
    'Mutation indicates the number of mutations rules defined in this configuration',
    ({ spec }) => spec?.mutations?.length ?? 0,
  ),
  column('ParamKind', 'ParamKind specifies the kind of resources used to parameterize this policy', ({ spec }) =>
    paramKindText(spec?.paramKind),
  ),
  ageColumn,
]

/** How their bindings are. */
export const mutatingBindingColumns: readonly Column<MutatingAdmissionPolicyBinding>[] = [
  nameColumn,
  column(
    'PolicyName',
    'PolicyName indicates the policy definition which the policy binding binded to',
    ({ spec }) => spec?.policyName ?? '',
  ),
  column('ParamRef', 'ParamRef indicates the param resource which sets the configuration param', ({ spec }) =>
    paramRefText(spec?.paramRef),
  ),
  ageColumn,
]
