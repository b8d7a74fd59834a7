import { ObjectMeta, schema } from '@periplus/api'
import type { Column, Kind, TypeOf } from '@periplus/api'
import { LabelSelector } from '../../apimachinery/meta/v1/label-selector.ts'
import { defineKind } from '../../describe/define-kind.ts'
import { typeMeta } from '../../describe/type-meta.ts'
import { MatchCondition, RuleWithOperations } from './match.ts'
import { WebhookClientConfig } from './webhook-client.ts'
import { configurationErrors } from './webhook-validation.ts'
import { ageColumn, column, nameColumn } from '../../describe/columns.ts'

const { int32, list, optional, required, string, struct } = schema
const pkg = 'io.k8s.api.admissionregistration.v1'

export const MutatingWebhook = struct(`${pkg}.MutatingWebhook`, {
  admissionReviewVersions: required(8, list(string), { listType: 'atomic' }),
  clientConfig: required(2, WebhookClientConfig),
  failurePolicy: optional(4, string, { default: 'Fail' }),
  matchConditions: optional(12, list(MatchCondition), {
    listType: 'map',
    keys: ['name'],
    mergeKey: 'name',
    patch: 'merge',
  }),
  matchPolicy: optional(9, string, { default: 'Equivalent' }),
  name: required(1, string),
  namespaceSelector: optional(5, LabelSelector, { default: {} }),
  objectSelector: optional(11, LabelSelector, { default: {} }),
  reinvocationPolicy: optional(10, string, { default: 'Never' }),
  rules: optional(3, list(RuleWithOperations), { listType: 'atomic' }),
  sideEffects: required(6, string),
  timeoutSeconds: optional(7, int32, { default: 10 }),
})
export interface MutatingWebhook extends TypeOf<typeof MutatingWebhook> {}

export const MutatingWebhookConfigurationSchema = struct(`${pkg}.MutatingWebhookConfiguration`, {
  ...typeMeta,
  metadata: optional(1, ObjectMeta),
  webhooks: optional(2, list(MutatingWebhook), { listType: 'map', keys: ['name'], mergeKey: 'name', patch: 'merge' }),
})
export interface MutatingWebhookConfiguration extends TypeOf<typeof MutatingWebhookConfigurationSchema> {}

const columns: readonly Column<MutatingWebhookConfiguration>[] = [
  nameColumn,
  column('Webhooks', 'Number of webhooks.', ({ webhooks }) => webhooks?.length ?? 0),
  ageColumn,
]

export const MutatingWebhookConfiguration: Kind<MutatingWebhookConfiguration> = defineKind({
  group: 'admissionregistration.k8s.io',
  version: 'v1',
  kind: 'MutatingWebhookConfiguration',
  resource: 'mutatingwebhookconfigurations',
  categories: ['api-extensions'],
  namespaced: false,
  schema: MutatingWebhookConfigurationSchema,
  generationOf: object => object.webhooks,
  validate: configuration => configurationErrors(configuration),
  columns,
})
