import { compileCondition } from '@periplus/cel'
import { E } from '@periplus/prelude'
import { fieldError, isDns1123Subdomain, isQualifiedName, labelSelectorErrors } from '@periplus/api'
import type { FieldError, FieldPath, Int64, LabelSelectorLike } from '@periplus/api'
import { each, oneOf, presentAnd, unique } from '../../validation/values.ts'
import { clientErrors } from './client-validation.ts'
import type { MatchCondition, RuleWithOperations } from './match.ts'
import { reviewVersionErrors } from './review-versions.ts'
import { ruleErrors } from './rule-validation.ts'
import type { WebhookClientConfig } from './webhook-client.ts'

const { child, duplicate, invalid, notSupported, required, tooMany } = fieldError

/** What validating and mutating webhooks have in common, and what only the latter have. */
interface Webhook {
  readonly name: string
  readonly admissionReviewVersions: readonly string[]
  readonly clientConfig: WebhookClientConfig
  readonly failurePolicy?: string
  readonly matchConditions?: readonly MatchCondition[]
  readonly matchPolicy?: string
  readonly namespaceSelector?: LabelSelectorLike
  readonly objectSelector?: LabelSelectorLike
  readonly reinvocationPolicy?: string
  readonly rules?: readonly RuleWithOperations[]
  readonly sideEffects: string
  readonly timeoutSeconds?: Int64
}

const mostConditions = 64

const nameComplaints = (name: string): readonly string[] => {
  const complaints = isDns1123Subdomain(name)
  if (complaints.length > 0) return [complaints.join(',')]
  return name.split('.').length < 3 ? ['should be a domain with at least three segments separated by dots'] : []
}

const expressionErrors = (path: FieldPath, expression: string): readonly FieldError[] => {
  if (expression === '') return [required(path)]
  const compiled = compileCondition(expression, { hasParams: false })
  return E.isLeft(compiled) ? [invalid(path, expression, compiled.left)] : []
}

/** What is wrong with conditions. */
const conditionErrors = (path: FieldPath, conditions: readonly MatchCondition[] = []): readonly FieldError[] => [
  ...(conditions.length > mostConditions ? [tooMany(path, conditions.length, mostConditions)] : []),
  ...each(path, conditions, ({ name, expression }, at, i) => [
    ...expressionErrors(child(at, 'expression'), expression.trim()),
    ...presentAnd(child(at, 'name'), name, isQualifiedName),
    ...(name !== '' && conditions.findIndex(one => one.name === name) < i ? [duplicate(child(at, 'name'), name)] : []),
  ]),
]

const harmless = ['None', 'NoneOnDryRun']

const webhookErrors = (webhook: Webhook, at: FieldPath): readonly FieldError[] => [
  ...presentAnd(child(at, 'name'), webhook.name, nameComplaints),
  ...each(child(at, 'rules'), webhook.rules, ruleErrors),
  ...oneOf(child(at, 'failurePolicy'), webhook.failurePolicy, ['Fail', 'Ignore']),
  ...oneOf(child(at, 'matchPolicy'), webhook.matchPolicy, ['Equivalent', 'Exact']),
  ...(webhook.sideEffects === ''
    ? [required(child(at, 'sideEffects'), `must specify one of ${harmless.join(', ')}`)]
    : harmless.includes(webhook.sideEffects)
      ? []
      : [notSupported(child(at, 'sideEffects'), webhook.sideEffects, harmless)]),
  ...(webhook.timeoutSeconds !== undefined && (webhook.timeoutSeconds > 30 || webhook.timeoutSeconds < 1)
    ? [
        invalid(
          child(at, 'timeoutSeconds'),
          webhook.timeoutSeconds,
          'the timeout value must be between 1 and 30 seconds',
        ),
      ]
    : []),
  ...labelSelectorErrors(webhook.namespaceSelector, child(at, 'namespaceSelector')),
  ...labelSelectorErrors(webhook.objectSelector, child(at, 'objectSelector')),
  ...oneOf(child(at, 'reinvocationPolicy'), webhook.reinvocationPolicy, ['IfNeeded', 'Never']),
  ...clientErrors(webhook.clientConfig, child(at, 'clientConfig')),
  ...conditionErrors(child(at, 'matchConditions'), webhook.matchConditions),
  ...reviewVersionErrors(child(at, 'admissionReviewVersions'), webhook.admissionReviewVersions),
]

interface Configuration {
  readonly webhooks?: readonly Webhook[]
}

/** What is wrong with a configuration of webhooks. */
export const configurationErrors = ({ webhooks }: Configuration): readonly FieldError[] => [
  ...each('webhooks', webhooks, webhookErrors),
  ...unique('webhooks', webhooks, ({ name }) => name, 'name'),
]
