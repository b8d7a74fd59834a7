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

export const ValidatingWebhook = struct(`${pkg}.ValidatingWebhook`, {
  admissionReviewVersions: required(8, list(string), { listType: 'atomic' }),
  clientConfig: required(2, WebhookClientConfig),
  failurePolicy: optional(4, string, { default: 'Fail' }),
  matchConditions: optional(11, list(MatchCondition), {
    listType: 'map',
    keys: ['name'],
    mergeKey: 'name',
    patch: 'merge',
  }),
  matchPolicy: optional(9, string, { default: 'Equivalent' }),
  name: required(1, string),
  namespaceSelector: optional(5, LabelSelector, { default: {} }),
  objectSelector: optional(10, LabelSelector, { default: {} }),
  rules: optional(3, list(RuleWithOperations), { listType: 'atomic' }),
  sideEffects: required(6, string),
  timeoutSeconds: optional(7, int32, { default: 10 }),
})
export interface ValidatingWebhook extends TypeOf<typeof ValidatingWebhook> {}

export const ValidatingWebhookConfigurationSchema = struct(`${pkg}.ValidatingWebhookConfiguration`, {
  ...typeMeta,
  metadata: optional(1, ObjectMeta),
  webhooks: optional(2, list(ValidatingWebhook), { listType: 'map', keys: ['name'], mergeKey: 'name', patch: 'merge' }),
})
export interface ValidatingWebhookConfiguration extends TypeOf<typeof ValidatingWebhookConfigurationSchema> {}

const columns: readonly Column<ValidatingWebhookConfiguration>[] = [
  nameColumn,
  column('Webhooks', 'Number of webhooks.', ({ webhooks }) => webhooks?.length ?? 0),
  ageColumn,
]

export const ValidatingWebhookConfiguration: Kind<ValidatingWebhookConfiguration> = defineKind({
  group: 'admissionregistration.k8s.io',
  version: 'v1',
  kind: 'ValidatingWebhookConfiguration',
  resource: 'validatingwebhookconfigurations',
  categories: ['api-extensions'],
  namespaced: false,
  schema: ValidatingWebhookConfigurationSchema,
  generationOf: object => object.webhooks,
  validate: configuration => configurationErrors(configuration),
  columns,
})
