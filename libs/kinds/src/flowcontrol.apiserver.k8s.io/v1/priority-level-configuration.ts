import { ObjectMeta, schema } from '@periplus/api'
import type { Kind, TypeOf } from '@periplus/api'
import { defineKind } from '../../describe/define-kind.ts'
import { typeMeta } from '../../describe/type-meta.ts'

const { int32, list, optional, required, string, struct, time } = schema
const pkg = 'io.k8s.api.flowcontrol.v1'

export const ExemptPriorityLevelConfiguration = struct(`${pkg}.ExemptPriorityLevelConfiguration`, {
  lendablePercent: optional(2, int32),
  nominalConcurrencyShares: optional(1, int32),
})
export interface ExemptPriorityLevelConfiguration extends TypeOf<typeof ExemptPriorityLevelConfiguration> {}

export const QueuingConfiguration = struct(`${pkg}.QueuingConfiguration`, {
  handSize: optional(2, int32),
  queueLengthLimit: optional(3, int32),
  queues: optional(1, int32),
})
export interface QueuingConfiguration extends TypeOf<typeof QueuingConfiguration> {}

export const LimitResponse = struct(`${pkg}.LimitResponse`, {
  queuing: optional(2, QueuingConfiguration),
  type: required(1, string),
})
export interface LimitResponse extends TypeOf<typeof LimitResponse> {}

export const LimitedPriorityLevelConfiguration = struct(`${pkg}.LimitedPriorityLevelConfiguration`, {
  borrowingLimitPercent: optional(4, int32),
  lendablePercent: optional(3, int32),
  limitResponse: optional(2, LimitResponse),
  nominalConcurrencyShares: optional(1, int32),
})
export interface LimitedPriorityLevelConfiguration extends TypeOf<typeof LimitedPriorityLevelConfiguration> {}

export const PriorityLevelConfigurationCondition = struct(`${pkg}.PriorityLevelConfigurationCondition`, {
  lastTransitionTime: optional(3, time),
  message: optional(5, string),
  reason: optional(4, string),
  status: optional(2, string),
  type: optional(1, string),
})
export interface PriorityLevelConfigurationCondition extends TypeOf<typeof PriorityLevelConfigurationCondition> {}

export const PriorityLevelConfigurationSpec = struct(`${pkg}.PriorityLevelConfigurationSpec`, {
  exempt: optional(3, ExemptPriorityLevelConfiguration),
  limited: optional(2, LimitedPriorityLevelConfiguration),
  type: required(1, string),
})
export interface PriorityLevelConfigurationSpec extends TypeOf<typeof PriorityLevelConfigurationSpec> {}

export const PriorityLevelConfigurationStatus = struct(`${pkg}.PriorityLevelConfigurationStatus`, {
  conditions: optional(1, list(PriorityLevelConfigurationCondition), {
    listType: 'map',
    keys: ['type'],
    mergeKey: 'type',
    patch: 'merge',
  }),
})
export interface PriorityLevelConfigurationStatus extends TypeOf<typeof PriorityLevelConfigurationStatus> {}

export const PriorityLevelConfigurationSchema = struct(`${pkg}.PriorityLevelConfiguration`, {
  ...typeMeta,
  metadata: optional(1, ObjectMeta),
  spec: optional(2, PriorityLevelConfigurationSpec),
  status: optional(3, PriorityLevelConfigurationStatus),
})
export interface PriorityLevelConfiguration extends TypeOf<typeof PriorityLevelConfigurationSchema> {}

export const PriorityLevelConfiguration: Kind<PriorityLevelConfiguration> = defineKind({
  group: 'flowcontrol.apiserver.k8s.io',
  version: 'v1',
  kind: 'PriorityLevelConfiguration',
  resource: 'prioritylevelconfigurations',
  namespaced: false,
  schema: PriorityLevelConfigurationSchema,
  hasStatus: true,
  generationOf: object => object.spec,
})
