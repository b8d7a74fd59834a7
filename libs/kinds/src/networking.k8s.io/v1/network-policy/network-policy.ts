import { formatLabelSelector } from '@periplus/api'
import type { Column, Kind } from '@periplus/api'
import { defineKind } from '../../../describe/define-kind.ts'
import { ageColumn, column, nameColumn } from '../../../describe/columns.ts'
import { NetworkPolicySchema } from './schema.ts'
import type { NetworkPolicy as Shape } from './schema.ts'
import { networkPolicyErrors, networkPolicyWarnings } from './validation.ts'

export interface NetworkPolicy extends Shape {}

const columns: readonly Column<NetworkPolicy>[] = [
  nameColumn,
  column('Pod-Selector', 'Labels of the pods that it restricts.', ({ spec }) => formatLabelSelector(spec?.podSelector)),
  ageColumn,
]

export const NetworkPolicy: Kind<NetworkPolicy> = defineKind({
  group: 'networking.k8s.io',
  version: 'v1',
  kind: 'NetworkPolicy',
  resource: 'networkpolicies',
  shortNames: ['netpol'],
  namespaced: true,
  schema: NetworkPolicySchema,
  generationOf: object => object.spec,
  columns,
  defaults: object =>
    object.spec && (object.spec.policyTypes?.length ?? 0) === 0
      ? { ...object, spec: { ...object.spec, policyTypes: object.spec.egress ? ['Ingress', 'Egress'] : ['Ingress'] } }
      : object,
  validate: networkPolicyErrors,
  warnings: networkPolicyWarnings,
})
