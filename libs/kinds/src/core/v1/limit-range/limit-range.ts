import type { Kind } from '@periplus/api'
import { defineKind } from '../../../describe/define-kind.ts'
import { limitRangeErrors } from './validation.ts'
import { LimitRangeSchema } from './schema.ts'
import type { LimitRange as Shape, LimitRangeItem } from './schema.ts'

export interface LimitRange extends Shape {}

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
  validate: limitRangeErrors,
  defaults: object =>
    object.spec ? { ...object, spec: { ...object.spec, limits: object.spec.limits.map(itemDefaults) } } : object,
})
