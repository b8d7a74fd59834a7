import { ObjectMeta, schema } from '@periplus/api'
import type { Column, Kind, TypeOf } from '@periplus/api'
import { defineKind } from '../../describe/define-kind.ts'
import { typeMeta } from '../../describe/type-meta.ts'
import { ageColumn, column, nameColumn } from '../../describe/columns.ts'
import { nonNegative, positive } from '../../validation/values.ts'

const { int32, microTime, optional, string, struct } = schema
const pkg = 'io.k8s.api.coordination.v1'

export const LeaseSpec = struct(`${pkg}.LeaseSpec`, {
  acquireTime: optional(3, microTime),
  holderIdentity: optional(1, string),
  leaseDurationSeconds: optional(2, int32),
  leaseTransitions: optional(5, int32),
  preferredHolder: optional(7, string),
  renewTime: optional(4, microTime),
  strategy: optional(6, string),
})
export interface LeaseSpec extends TypeOf<typeof LeaseSpec> {}

export const LeaseSchema = struct(`${pkg}.Lease`, {
  ...typeMeta,
  metadata: optional(1, ObjectMeta),
  spec: optional(2, LeaseSpec),
})
export interface Lease extends TypeOf<typeof LeaseSchema> {}

const columns: readonly Column<Lease>[] = [
  nameColumn,
  column('Holder', 'Who has it.', ({ spec }) => spec?.holderIdentity ?? ''),
  ageColumn,
]

export const Lease: Kind<Lease> = defineKind({
  group: 'coordination.k8s.io',
  version: 'v1',
  kind: 'Lease',
  resource: 'leases',
  namespaced: true,
  schema: LeaseSchema,
  rollup: true,
  columns,
  validate: ({ spec }) => [
    ...positive('spec.leaseDurationSeconds', spec?.leaseDurationSeconds),
    ...nonNegative('spec.leaseTransitions', spec?.leaseTransitions),
  ],
})
