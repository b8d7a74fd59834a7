import { ObjectMeta, schema } from '@periplus/api'
import type { Kind, TypeOf } from '@periplus/api'
import { defineKind } from '../../describe/define-kind.ts'
import { typeMeta } from '../../describe/type-meta.ts'

const { list, map, optional, quantity, required, string, struct } = schema
const pkg = 'io.k8s.api.core.v1'

export const LimitRangeItem = struct(`${pkg}.LimitRangeItem`, {
  default: optional(4, map(quantity)),
  defaultRequest: optional(5, map(quantity)),
  max: optional(2, map(quantity)),
  maxLimitRequestRatio: optional(6, map(quantity)),
  min: optional(3, map(quantity)),
  type: required(1, string),
})
export interface LimitRangeItem extends TypeOf<typeof LimitRangeItem> {}

export const LimitRangeSpec = struct(`${pkg}.LimitRangeSpec`, {
  limits: required(1, list(LimitRangeItem), { listType: 'atomic' }),
})
export interface LimitRangeSpec extends TypeOf<typeof LimitRangeSpec> {}

export const LimitRangeSchema = struct(
  `${pkg}.LimitRange`,
  {
    ...typeMeta,
    metadata: optional(1, ObjectMeta),
    spec: optional(2, LimitRangeSpec),
  },
  { doc: 'Bounds and defaults for what pods of a namespace ask for.' },
)
export interface LimitRange extends TypeOf<typeof LimitRangeSchema> {}

/** What a container may use at most is what it gets; what it gets, or else the least, is what it asks for. */
const itemDefaults = (item: LimitRangeItem): LimitRangeItem => {
  if (item.type !== 'Container') return item
  const limits = { ...item.max, ...item.default }
  const requests = { ...item.min, ...limits, ...item.defaultRequest }
  return {
    ...item,
    ...(Object.keys(limits).length > 0 && { default: limits }),
    ...(Object.keys(requests).length > 0 && { defaultRequest: requests }),
  }
}

export const LimitRange: Kind<LimitRange> = defineKind({
  group: '',
  version: 'v1',
  kind: 'LimitRange',
  resource: 'limitranges',
  shortNames: ['limits'],
  namespaced: true,
  schema: LimitRangeSchema,
  defaults: object =>
    object.spec ? { ...object, spec: { ...object.spec, limits: object.spec.limits.map(itemDefaults) } } : object,
})
