import { ObjectMeta, schema } from '@periplus/api'
import type { Column, Kind, TypeOf } from '@periplus/api'
import { defineKind } from '../../describe/define-kind.ts'
import { typeMeta } from '../../describe/type-meta.ts'
import { ageColumn, column, nameColumn } from '../../describe/columns.ts'
import { nonNegative, positive } from '../../validation/values.ts'

const { int32, microTime, optional, string, struct } = schema
const pkg = 'io.k8s.api.coordination.v1'

export const LeaseSpec = struct(
  `${pkg}.LeaseSpec`,
  {
    acquireTime: optional(3, microTime, { doc: 'Since when.' }),
    holderIdentity: optional(1, string, { doc: 'Who.' }),
    leaseDurationSeconds: optional(2, int32, { doc: 'Seconds after a renewal until others may take it.' }),
    leaseTransitions: optional(5, int32, { doc: 'How often it changed hands.' }),
    preferredHolder: optional(7, string),
    renewTime: optional(4, microTime, { doc: 'When it was last renewed.' }),
    strategy: optional(6, string),
  },
  { doc: 'Who has a lease.' },
)
export interface LeaseSpec extends TypeOf<typeof LeaseSpec> {}

export const LeaseSchema = struct(
  `${pkg}.Lease`,
  {
    ...typeMeta,
    metadata: optional(1, ObjectMeta),
    spec: optional(2, LeaseSpec),
  },
  { doc: 'Who leads, or lives, and until when.' },
)
export interface Lease extends TypeOf<typeof LeaseSchema> {}

const columns: readonly Column<Lease>[] = [
  nameColumn,
  column('Holder', 'Who has it.', ({ spec }) => spec?.holderIdentity ?? ''),
  ageColumn,
]

/** Coordinated leader election, which Kubernetes 1.35 leaves off, has no say in a lease. */
const withoutAlpha = (lease: Lease): Lease => {
  if (!lease.spec) return lease
  const { strategy: _, preferredHolder: __, ...spec } = lease.spec
  return { ...lease, spec }
}

export const Lease: Kind<Lease> = defineKind({
  group: 'coordination.k8s.io',
  version: 'v1',
  kind: 'Lease',
  resource: 'leases',
  namespaced: true,
  schema: LeaseSchema,
  rollup: true,
  columns,
  prepareForCreate: withoutAlpha,
  prepareForUpdate: (next, previous) =>
    previous.spec?.strategy === undefined && previous.spec?.preferredHolder === undefined ? withoutAlpha(next) : next,
  validate: ({ spec }) => [
    ...positive('spec.leaseDurationSeconds', spec?.leaseDurationSeconds),
    ...nonNegative('spec.leaseTransitions', spec?.leaseTransitions),
  ],
})
