import { ObjectMeta, schema } from '@periplus/api'
import type { TypeOf } from '@periplus/api'
import { typeMeta } from '../../../describe/type-meta.ts'

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
