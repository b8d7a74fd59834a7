import { ObjectMeta, schema } from '@periplus/api'
import type { TypeOf } from '@periplus/api'
import { typeMeta } from '../../../describe/type-meta.ts'

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
