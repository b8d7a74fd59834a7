import { ObjectMeta, schema } from '@periplus/api'
import type { Kind, TypeOf } from '@periplus/api'
import { Condition } from '../../apimachinery/meta/v1/condition.ts'
import { defineKind } from '../../describe/define-kind.ts'
import { keepingMetadata } from '../../describe/keeping-metadata.ts'
import { inVersion } from '../../describe/other-version.ts'
import { typeMeta } from '../../describe/type-meta.ts'
import { DeviceTaint } from '../v1/resource-slice.ts'

const { list, optional, required, string, struct } = schema
const pkg = 'io.k8s.api.resource.v1beta2'

export const DeviceTaintSelector = struct(`${pkg}.DeviceTaintSelector`, {
  device: optional(4, string),
  driver: optional(2, string),
  pool: optional(3, string),
})
export interface DeviceTaintSelector extends TypeOf<typeof DeviceTaintSelector> {}

export const DeviceTaintRuleSpec = struct(`${pkg}.DeviceTaintRuleSpec`, {
  deviceSelector: optional(1, DeviceTaintSelector),
  taint: required(2, inVersion(DeviceTaint, 'v1', 'v1beta2')),
})
export interface DeviceTaintRuleSpec extends TypeOf<typeof DeviceTaintRuleSpec> {}

export const DeviceTaintRuleStatus = struct(`${pkg}.DeviceTaintRuleStatus`, {
  conditions: optional(1, list(Condition), { listType: 'map', keys: ['type'], mergeKey: 'type', patch: 'merge' }),
})
export interface DeviceTaintRuleStatus extends TypeOf<typeof DeviceTaintRuleStatus> {}

export const DeviceTaintRuleSchema = struct(`${pkg}.DeviceTaintRule`, {
  ...typeMeta,
  metadata: optional(1, ObjectMeta),
  spec: required(2, DeviceTaintRuleSpec),
  status: optional(3, DeviceTaintRuleStatus),
})
export interface DeviceTaintRule extends TypeOf<typeof DeviceTaintRuleSchema> {}

export const DeviceTaintRule: Kind<DeviceTaintRule> = defineKind({
  group: 'resource.k8s.io',
  version: 'v1beta2',
  kind: 'DeviceTaintRule',
  resource: 'devicetaintrules',
  namespaced: false,
  schema: DeviceTaintRuleSchema,
  hasStatus: true,
  prepareForStatusUpdate: keepingMetadata,
})
