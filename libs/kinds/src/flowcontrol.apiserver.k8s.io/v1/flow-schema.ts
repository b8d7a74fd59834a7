import { ObjectMeta, schema } from '@periplus/api'
import type { Column, Kind, TypeOf } from '@periplus/api'
import { defineKind } from '../../describe/define-kind.ts'
import { typeMeta } from '../../describe/type-meta.ts'
import { ageColumn, column, nameColumn } from '../../describe/columns.ts'

const { boolean, int32, list, optional, required, string, struct, time } = schema
const pkg = 'io.k8s.api.flowcontrol.v1'

export const FlowDistinguisherMethod = struct(`${pkg}.FlowDistinguisherMethod`, {
  type: required(1, string),
})
export interface FlowDistinguisherMethod extends TypeOf<typeof FlowDistinguisherMethod> {}

export const FlowSchemaCondition = struct(`${pkg}.FlowSchemaCondition`, {
  lastTransitionTime: optional(3, time),
  message: optional(5, string),
  reason: optional(4, string),
  status: optional(2, string),
  type: optional(1, string),
})
export interface FlowSchemaCondition extends TypeOf<typeof FlowSchemaCondition> {}

export const PriorityLevelConfigurationReference = struct(`${pkg}.PriorityLevelConfigurationReference`, {
  name: required(1, string),
})
export interface PriorityLevelConfigurationReference extends TypeOf<typeof PriorityLevelConfigurationReference> {}

export const NonResourcePolicyRule = struct(`${pkg}.NonResourcePolicyRule`, {
  nonResourceURLs: required(6, list(string), { listType: 'set' }),
  verbs: required(1, list(string), { listType: 'set' }),
})
export interface NonResourcePolicyRule extends TypeOf<typeof NonResourcePolicyRule> {}

export const ResourcePolicyRule = struct(`${pkg}.ResourcePolicyRule`, {
  apiGroups: required(2, list(string), { listType: 'set' }),
  clusterScope: optional(4, boolean),
  namespaces: optional(5, list(string), { listType: 'set' }),
  resources: required(3, list(string), { listType: 'set' }),
  verbs: required(1, list(string), { listType: 'set' }),
})
export interface ResourcePolicyRule extends TypeOf<typeof ResourcePolicyRule> {}

export const GroupSubject = struct(`${pkg}.GroupSubject`, {
  name: required(1, string),
})
export interface GroupSubject extends TypeOf<typeof GroupSubject> {}

export const ServiceAccountSubject = struct(`${pkg}.ServiceAccountSubject`, {
  name: required(2, string),
  namespace: required(1, string),
})
export interface ServiceAccountSubject extends TypeOf<typeof ServiceAccountSubject> {}

export const UserSubject = struct(`${pkg}.UserSubject`, {
  name: required(1, string),
})
export interface UserSubject extends TypeOf<typeof UserSubject> {}

export const Subject = struct(`${pkg}.Subject`, {
  group: optional(3, GroupSubject),
  kind: required(1, string),
  serviceAccount: optional(4, ServiceAccountSubject),
  user: optional(2, UserSubject),
})
export interface Subject extends TypeOf<typeof Subject> {}

export const PolicyRulesWithSubjects = struct(`${pkg}.PolicyRulesWithSubjects`, {
  nonResourceRules: optional(3, list(NonResourcePolicyRule), { listType: 'atomic' }),
  resourceRules: optional(2, list(ResourcePolicyRule), { listType: 'atomic' }),
  subjects: required(1, list(Subject), { listType: 'atomic' }),
})
export interface PolicyRulesWithSubjects extends TypeOf<typeof PolicyRulesWithSubjects> {}

export const FlowSchemaSpec = struct(`${pkg}.FlowSchemaSpec`, {
  distinguisherMethod: optional(3, FlowDistinguisherMethod),
  matchingPrecedence: optional(2, int32),
  priorityLevelConfiguration: required(1, PriorityLevelConfigurationReference),
  rules: optional(4, list(PolicyRulesWithSubjects), { listType: 'atomic' }),
})
export interface FlowSchemaSpec extends TypeOf<typeof FlowSchemaSpec> {}

export const FlowSchemaStatus = struct(`${pkg}.FlowSchemaStatus`, {
  conditions: optional(1, list(FlowSchemaCondition), {
    listType: 'map',
    keys: ['type'],
    mergeKey: 'type',
    patch: 'merge',
  }),
})
export interface FlowSchemaStatus extends TypeOf<typeof FlowSchemaStatus> {}

export const FlowSchemaSchema = struct(`${pkg}.FlowSchema`, {
  ...typeMeta,
  metadata: optional(1, ObjectMeta),
  spec: optional(2, FlowSchemaSpec),
  status: optional(3, FlowSchemaStatus),
})
export interface FlowSchema extends TypeOf<typeof FlowSchemaSchema> {}

const columns: readonly Column<FlowSchema>[] = [
  nameColumn,
  column('PriorityLevel', 'Where its requests go.', ({ spec }) => spec?.priorityLevelConfiguration.name ?? '<none>'),
  column('MatchingPrecedence', 'Lower is tried first.', ({ spec }) => spec?.matchingPrecedence ?? 0, 'integer'),
  column('DistinguisherMethod', 'How flows are told apart.', ({ spec }) => spec?.distinguisherMethod?.type ?? '<none>'),
  ageColumn,
  column(
    'MissingPL',
    'Whether its priority level is missing.',
    ({ status }) => status?.conditions?.find(({ type }) => type === 'Dangling')?.status ?? '?',
  ),
]

export const FlowSchema: Kind<FlowSchema> = defineKind({
  group: 'flowcontrol.apiserver.k8s.io',
  version: 'v1',
  kind: 'FlowSchema',
  resource: 'flowschemas',
  namespaced: false,
  schema: FlowSchemaSchema,
  hasStatus: true,
  generationOf: object => object.spec,
  columns,
})
