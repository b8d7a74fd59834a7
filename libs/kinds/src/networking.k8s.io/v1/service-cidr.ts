import { ObjectMeta, schema } from '@periplus/api'
import type { Column, Kind, TypeOf } from '@periplus/api'
import { Condition } from '../../apimachinery/meta/v1/condition.ts'
import { defineKind } from '../../describe/define-kind.ts'
import { keepingMetadata } from '../../describe/keeping-metadata.ts'
import { typeMeta } from '../../describe/type-meta.ts'
import { ageColumn, column, nameColumn } from '../../describe/columns.ts'
import { serviceCidrErrors, serviceCidrUpdateErrors } from './service-addresses-validation.ts'

const { list, optional, string, struct } = schema
const pkg = 'io.k8s.api.networking.v1'

export const ServiceCIDRSpec = struct(`${pkg}.ServiceCIDRSpec`, {
  cidrs: optional(1, list(string), { listType: 'atomic' }),
})
export interface ServiceCIDRSpec extends TypeOf<typeof ServiceCIDRSpec> {}

export const ServiceCIDRStatus = struct(`${pkg}.ServiceCIDRStatus`, {
  conditions: optional(1, list(Condition), { listType: 'map', keys: ['type'], mergeKey: 'type', patch: 'merge' }),
})
export interface ServiceCIDRStatus extends TypeOf<typeof ServiceCIDRStatus> {}

export const ServiceCIDRSchema = struct(`${pkg}.ServiceCIDR`, {
  ...typeMeta,
  metadata: optional(1, ObjectMeta),
  spec: optional(2, ServiceCIDRSpec),
  status: optional(3, ServiceCIDRStatus),
})
export interface ServiceCIDR extends TypeOf<typeof ServiceCIDRSchema> {}

const columns: readonly Column<ServiceCIDR>[] = [
  nameColumn,
  column('CIDRs', 'Ranges of addresses.', ({ spec }) => spec?.cidrs?.join(',') ?? ''),
  ageColumn,
]

export const ServiceCIDR: Kind<ServiceCIDR> = defineKind<ServiceCIDR>({
  group: 'networking.k8s.io',
  version: 'v1',
  kind: 'ServiceCIDR',
  resource: 'servicecidrs',
  namespaced: false,
  schema: ServiceCIDRSchema,
  hasStatus: true,
  prepareForStatusUpdate: keepingMetadata,
  validate: serviceCidrErrors,
  validateUpdate: serviceCidrUpdateErrors,
  columns,
})
