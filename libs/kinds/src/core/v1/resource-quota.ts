import { ObjectMeta, schema } from '@periplus/api'
import type { Column, Kind, TypeOf } from '@periplus/api'
import { defineKind } from '../../describe/define-kind.ts'
import { typeMeta } from '../../describe/type-meta.ts'
import { ageColumn, column, nameColumn } from '../../describe/columns.ts'

const { list, map, optional, quantity, required, string, struct } = schema
const pkg = 'io.k8s.api.core.v1'

export const ScopedResourceSelectorRequirement = struct(`${pkg}.ScopedResourceSelectorRequirement`, {
  operator: required(2, string),
  scopeName: required(1, string),
  values: optional(3, list(string), { listType: 'atomic' }),
})
export interface ScopedResourceSelectorRequirement extends TypeOf<typeof ScopedResourceSelectorRequirement> {}

export const ScopeSelector = struct(
  `${pkg}.ScopeSelector`,
  {
    matchExpressions: optional(1, list(ScopedResourceSelectorRequirement), { listType: 'atomic' }),
  },
  { atomic: true },
)
export interface ScopeSelector extends TypeOf<typeof ScopeSelector> {}

export const ResourceQuotaSpec = struct(`${pkg}.ResourceQuotaSpec`, {
  hard: optional(1, map(quantity)),
  scopeSelector: optional(3, ScopeSelector),
  scopes: optional(2, list(string), { listType: 'atomic' }),
})
export interface ResourceQuotaSpec extends TypeOf<typeof ResourceQuotaSpec> {}

export const ResourceQuotaStatus = struct(`${pkg}.ResourceQuotaStatus`, {
  hard: optional(1, map(quantity)),
  used: optional(2, map(quantity)),
})
export interface ResourceQuotaStatus extends TypeOf<typeof ResourceQuotaStatus> {}

export const ResourceQuotaSchema = struct(
  `${pkg}.ResourceQuota`,
  {
    ...typeMeta,
    metadata: optional(1, ObjectMeta),
    spec: optional(2, ResourceQuotaSpec),
    status: optional(3, ResourceQuotaStatus),
  },
  { doc: 'How much a namespace may have.' },
)
export interface ResourceQuota extends TypeOf<typeof ResourceQuotaSchema> {}

const quotaTexts = ({ status }: ResourceQuota, limits: boolean): string =>
  Object.entries(status?.hard ?? {})
    .filter(([name]) => name.startsWith('limits') === limits)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, hard]) => `${name}: ${status?.used?.[name] ?? '0'}/${hard}`)
    .join(', ')

const columns: readonly Column<ResourceQuota>[] = [
  nameColumn,
  column('Request', 'What is asked for, of what may be.', quota => quotaTexts(quota, false)),
  column('Limit', 'What is limited to, of what may be.', quota => quotaTexts(quota, true)),
  ageColumn,
]

export const ResourceQuota: Kind<ResourceQuota> = defineKind({
  group: '',
  version: 'v1',
  kind: 'ResourceQuota',
  resource: 'resourcequotas',
  shortNames: ['quota'],
  namespaced: true,
  schema: ResourceQuotaSchema,
  hasStatus: true,
  columns,
})
