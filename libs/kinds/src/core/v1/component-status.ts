import { ObjectMeta, schema } from '@periplus/api'
import type { Kind, TypeOf } from '@periplus/api'
import { defineKind } from '../../describe/define-kind.ts'
import { typeMeta } from '../../describe/type-meta.ts'

const { list, optional, required, string, struct } = schema
const pkg = 'io.k8s.api.core.v1'

export const ComponentCondition = struct(`${pkg}.ComponentCondition`, {
  error: optional(4, string),
  message: optional(3, string),
  status: required(2, string),
  type: required(1, string),
})
export interface ComponentCondition extends TypeOf<typeof ComponentCondition> {}

export const ComponentStatusSchema = struct(`${pkg}.ComponentStatus`, {
  ...typeMeta,
  conditions: optional(2, list(ComponentCondition), {
    listType: 'map',
    keys: ['type'],
    mergeKey: 'type',
    patch: 'merge',
  }),
  metadata: optional(1, ObjectMeta),
})
export interface ComponentStatus extends TypeOf<typeof ComponentStatusSchema> {}

export const ComponentStatus: Kind<ComponentStatus> = defineKind({
  group: '',
  version: 'v1',
  kind: 'ComponentStatus',
  resource: 'componentstatuses',
  shortNames: ['cs'],
  namespaced: false,
  schema: ComponentStatusSchema,
  verbs: ['get', 'list'],
})
