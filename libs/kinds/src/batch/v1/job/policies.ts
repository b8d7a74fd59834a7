import { fieldError, isQualifiedName } from '@periplus/api'
import type { FieldError, FieldPath } from '@periplus/api'
import { each, nonNegative, oneOf } from '../../../validation/values.ts'
import { indexTotal } from './indexes.ts'
import type {
  JobSpec,
  PodFailurePolicyOnExitCodesRequirement,
  PodFailurePolicyRule,
  SuccessPolicyRule,
} from './spec.ts'

const { duplicate, invalid, required, tooLong, tooMany } = fieldError

const most = { rules: 20, conditions: 20, codes: 255, indexes: 64 * 1024 }

const actions = ['Count', 'FailIndex', 'FailJob', 'Ignore']
const operators = ['In', 'NotIn']
const statuses = ['False', 'True', 'Unknown']

const listed = (values: readonly string[]): string => `valid values: [${values.map(value => `"${value}"`).join(' ')}]`

const chosen = (path: FieldPath, text: string | undefined, values: readonly string[]): readonly FieldError[] =>
  text ? oneOf(path, text, values) : [required(path, listed(values))]

const codesErrors = (
  path: FieldPath,
  { operator, values, containerName }: PodFailurePolicyOnExitCodesRequirement,
  containers: ReadonlySet<string>,
): readonly FieldError[] => {
  const list = `${path}.values`
  return [
    ...chosen(`${path}.operator`, operator, operators),
    ...(containerName !== undefined && !containers.has(containerName)
      ? [
          invalid(
            `${path}.containerName`,
            containerName,
            'must be one of the container or initContainer names in the pod template',
          ),
        ]
      : []),
    ...(values.length === 0 ? [invalid(list, null, 'at least one value is required')] : []),
    ...(values.length > most.codes ? [tooMany(list, values.length, most.codes)] : []),
    ...each(list, values, (code, at, i) => [
      ...(operator === 'In' && code === 0 ? [invalid(at, code, 'must not be 0 for the In operator')] : []),
      ...(values.indexOf(code) < i ? [duplicate(at, code)] : []),
    ]),
    ...(values.some((code, i) => (values[i - 1] ?? code) > code) ? [invalid(list, values, 'must be ordered')] : []),
  ]
}

/** An error that shows no value. */
const told = (field: FieldPath, detail: string): FieldError => ({
  reason: 'FieldValueInvalid',
  field,
  message: `Invalid value: ${detail}`,
})

const failureRuleErrors = (
  path: FieldPath,
  { action, onExitCodes, onPodConditions = [] }: PodFailurePolicyRule,
  spec: JobSpec,
  containers: ReadonlySet<string>,
): readonly FieldError[] => [
  ...chosen(`${path}.action`, action, actions),
  ...(action === 'FailIndex' && spec.backoffLimitPerIndex === undefined
    ? [invalid(`${path}.action`, action, 'requires the backoffLimitPerIndex to be set')]
    : []),
  ...(onExitCodes ? codesErrors(`${path}.onExitCodes`, onExitCodes, containers) : []),
  ...(onPodConditions.length > most.conditions
    ? [tooMany(`${path}.onPodConditions`, onPodConditions.length, most.conditions)]
    : []),
  ...each(`${path}.onPodConditions`, onPodConditions, ({ type, status }, at) => [
    ...isQualifiedName(type).map(complaint => invalid(`${at}.type`, type, complaint)),
    ...chosen(`${at}.status`, status, statuses),
  ]),
  ...(onExitCodes && onPodConditions.length > 0
    ? [told(path, 'specifying both OnExitCodes and OnPodConditions is not supported')]
    : []),
  ...(!onExitCodes && onPodConditions.length === 0
    ? [told(path, 'specifying one of OnExitCodes and OnPodConditions is required')]
    : []),
]

/** What is wrong with which failures of pods count. */
export const failurePolicyErrors = (path: FieldPath, spec: JobSpec): readonly FieldError[] => {
  const rules = spec.podFailurePolicy?.rules ?? []
  const { containers = [], initContainers = [] } = spec.template.spec ?? {}
  const names = new Set([...containers, ...initContainers].map(({ name }) => name))
  return [
    ...(rules.length > most.rules ? [tooMany(`${path}.rules`, rules.length, most.rules)] : []),
    ...each(`${path}.rules`, rules, (rule, at) => failureRuleErrors(at, rule, spec, names)),
  ]
}

const successRuleErrors = (
  path: FieldPath,
  { succeededCount: count, succeededIndexes: indexes }: SuccessPolicyRule,
  completions: number,
): readonly FieldError[] => {
  const at = `${path}.succeededCount`
  const total = indexes === undefined ? undefined : indexTotal(indexes, completions)
  const within = typeof total === 'number' ? total : 0
  return [
    ...(count === undefined && indexes === undefined
      ? [required(path, 'at least one of succeededCount or succeededIndexes must be specified')]
      : []),
    ...(indexes !== undefined && indexes.length > most.indexes
      ? [tooLong(`${path}.succeededIndexes`, most.indexes)]
      : []),
    ...(typeof total === 'string'
      ? [invalid(`${path}.succeededIndexes`, indexes, `error parsing succeededIndexes: ${total}`)]
      : []),
    ...nonNegative(at, count),
    ...(count !== undefined && count > completions
      ? [invalid(at, count, `must be less than or equal to ${completions} (the number of specified completions)`)]
      : []),
    ...(count !== undefined && indexes !== undefined && count > within
      ? [
          invalid(
            at,
            count,
            `must be less than or equal to ${within} (the number of indexes in the specified succeededIndexes field)`,
          ),
        ]
      : []),
  ]
}

/** What is wrong with when an indexed job has succeeded before all its indexes have. */
export const successPolicyErrors = (
  path: FieldPath,
  { successPolicy, completions = 0 }: JobSpec,
): readonly FieldError[] => {
  const rules = successPolicy?.rules ?? []
  const list = `${path}.rules`
  return [
    ...(rules.length === 0
      ? [required(list, 'at least one rules must be specified when the successPolicy is specified')]
      : []),
    ...(rules.length > most.rules ? [tooMany(list, rules.length, most.rules)] : []),
    ...each(list, rules, (rule, at) => successRuleErrors(at, rule, completions)),
  ]
}
