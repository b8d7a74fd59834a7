import { statSync } from 'node:fs'
import { isAbsolute } from 'node:path'
import { E, messageOf } from '@periplus/prelude'
import { fieldError, formatDuration, isDns1123Subdomain } from '@periplus/api'
import { reviewCondition } from '@periplus/cel'
import { when } from '../../configuration/errors.ts'
import type { Errors } from '../../configuration/errors.ts'
import { millisecondsIn } from './authorization-configuration.ts'
import type { AuthorizerConfiguration, WebhookConfiguration } from './authorization-configuration.ts'

/** Of Kubernetes' types, those that there are here. */
const types = ['Node', 'RBAC', 'Webhook']
const mostConditions = 64
const longestTimeout = 30_000

/** What is wrong with the authorizers of a configuration, in Kubernetes' words; the cluster's own two have to be among them. */
export const authorizationErrors = (authorizers: readonly AuthorizerConfiguration[]): Errors => [
  ...when(authorizers.length === 0, () =>
    fieldError.required('authorizers', 'at least one authorization mode must be defined'),
  ),
  ...authorizers.flatMap((one, i) => authorizerErrors(one, authorizers.slice(0, i), `authorizers[${i}]`)),
  ...when(authorizers.length > 0 && !['Node', 'RBAC'].every(type => authorizers.some(one => one.type === type)), () =>
    fieldError.required('authorizers', "Node and RBAC, by which the cluster's own parts are judged"),
  ),
]

const authorizerErrors = (
  { type, name, webhook }: AuthorizerConfiguration,
  before: readonly AuthorizerConfiguration[],
  path: string,
): Errors => {
  if (type === '') return [fieldError.required(`${path}.type`)]
  if (!types.includes(type)) return [fieldError.notSupported(`${path}.type`, type, types)]
  if (type !== 'Webhook' && before.some(one => one.type === type)) return [fieldError.duplicate(`${path}.type`, type)]
  return [
    ...nameErrors(name, before, `${path}.name`),
    ...(type === 'Webhook'
      ? webhook
        ? webhookErrors(webhook, path)
        : [fieldError.required(`${path}.webhook`, 'required when type=Webhook')]
      : when(webhook !== undefined, () =>
          fieldError.invalid(`${path}.webhook`, 'non-null', 'may only be specified when type=Webhook'),
        )),
  ]
}

const nameErrors = (name: string, before: readonly AuthorizerConfiguration[], path: string): Errors => {
  if (name === '') return [fieldError.required(path)]
  if (before.some(one => one.name === name)) return [fieldError.duplicate(path, name)]
  const complaints = isDns1123Subdomain(name)
  return when(complaints.length > 0, () =>
    fieldError.invalid(path, name, `authorizer name is invalid: ${complaints.join(', ')}`),
  )
}

const webhookErrors = (webhook: WebhookConfiguration, path: string): Errors => [
  ...timeErrors(webhook, path),
  ...choiceErrors(webhook.subjectAccessReviewVersion, ['v1', 'v1beta1'], `${path}.subjectAccessReviewVersion`),
  ...conditionVersionErrors(webhook, `${path}.matchConditionSubjectAccessReviewVersion`),
  ...choiceErrors(webhook.failurePolicy, ['NoOpinion', 'Deny'], `${path}.failurePolicy`),
  ...connectionErrors(webhook.connectionInfo ?? {}, `${path}.connectionInfo`),
  ...conditionErrors(webhook.matchConditions ?? [], `${path}.matchConditions`),
]

const timeErrors = (webhook: WebhookConfiguration, path: string): Errors => {
  const { timeout, authorizedTTL, unauthorizedTTL } = millisecondsIn(webhook)
  return [
    ...when(timeout === 0, () => fieldError.required(`${path}.timeout`)),
    ...when(timeout < 0 || timeout > longestTimeout, () =>
      fieldError.invalid(`${path}.timeout`, formatDuration(timeout), 'must be > 0s and <= 30s'),
    ),
    ...keptErrors(authorizedTTL, `${path}.authorizedTTL`),
    ...keptErrors(unauthorizedTTL, `${path}.unauthorizedTTL`),
  ]
}

const keptErrors = (kept: number, path: string): Errors =>
  when(kept < 0, () => fieldError.invalid(path, formatDuration(kept), 'must be > 0s'))

const choiceErrors = (given: string | undefined, choices: readonly string[], path: string): Errors => {
  if (given === undefined || given === '') return [fieldError.required(path)]
  return when(!choices.includes(given), () => fieldError.notSupported(path, given, choices))
}

const conditionVersionErrors = (
  { matchConditionSubjectAccessReviewVersion: version = '', matchConditions = [] }: WebhookConfiguration,
  path: string,
): Errors => {
  if (version === '')
    return when(matchConditions.length > 0, () =>
      fieldError.required(path, 'required if match conditions are specified'),
    )
  return when(version !== 'v1', () => fieldError.notSupported(path, version, ['v1']))
}

const connectionErrors = (
  { type = '', kubeConfigFile = '' }: NonNullable<WebhookConfiguration['connectionInfo']>,
  path: string,
): Errors => {
  if (type === '') return [fieldError.required(`${path}.type`)]
  // Kubernetes allows InClusterConfig of other servers than its own API server.
  if (type !== 'KubeConfigFile') return [fieldError.notSupported(`${path}.type`, type, ['KubeConfigFile'])]
  const file = `${path}.kubeConfigFile`
  if (kubeConfigFile === '') return [fieldError.required(file)]
  if (!isAbsolute(kubeConfigFile)) return [fieldError.invalid(file, kubeConfigFile, 'must be an absolute path')]
  const fault = fileFault(kubeConfigFile)
  return fault === undefined ? [] : [fieldError.invalid(file, kubeConfigFile, fault)]
}

const fileFault = (path: string): string | undefined => {
  try {
    return statSync(path).isFile() ? undefined : 'must be a regular file'
  } catch (error) {
    return `error loading file: ${messageOf(error)}`
  }
}

const conditionErrors = (conditions: NonNullable<WebhookConfiguration['matchConditions']>, path: string): Errors => {
  if (conditions.length > mostConditions) return [fieldError.tooMany(path, conditions.length, mostConditions)]
  const expressions = conditions.map(({ expression }) => expression)
  return expressions.flatMap((expression, i) => {
    const at = `${path}[${i}].expression`
    if (expression.trim() === '') return [fieldError.required(at)]
    if (expressions.indexOf(expression) < i) return [fieldError.duplicate(at, expression)]
    const compiled = reviewCondition(expression)
    return E.isLeft(compiled) ? [fieldError.invalid(at, expression, compiled.left)] : []
  })
}
