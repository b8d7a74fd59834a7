import { fieldError, isDns1123Label, labelSelectorErrors, selects } from '@periplus/api'
import type { FieldError, FieldPath } from '@periplus/api'
import type { Steps } from '@periplus/prelude'
import { podTemplateErrors, selectedTemplateErrors } from '../../../core/v1/validation/pod-template.ts'
import { domainPrefixedPathErrors } from '../../../validation/domain-prefixed-path.ts'
import { immutable, nonNegative, oneOf } from '../../../validation/values.ts'
import { isReadable } from '../../../validation/workload-selector.ts'
import { failurePolicyErrors, successPolicyErrors } from './policies.ts'
import { labelsOf } from './prepare.ts'
import type { Job } from './schema.ts'
import type { JobSpec } from './spec.ts'

const { invalid, notSupported, required, tooLong } = fieldError

const indexedMost = {
  parallelism: 100_000,
  failed: 100_000,
  many: 100_000,
  parallelismOfMany: 10_000,
  failedOfMany: 10_000,
}

const ofMany = 'when completions are above 100000 and used with backoff limit per index'

const tooHigh = (path: FieldPath, value: number | undefined, most: number, when = ''): readonly FieldError[] =>
  value !== undefined && value > most ? [invalid(path, value, `must be less than or equal to ${most}${when}`)] : []

const indexedErrors = (path: FieldPath, spec: JobSpec): readonly FieldError[] => {
  const { completions, parallelism, maxFailedIndexes: failed, backoffLimitPerIndex } = spec
  const many = (completions ?? 0) > indexedMost.many && backoffLimitPerIndex !== undefined
  return [
    ...(completions === undefined ? [required(`${path}.completions`, 'when completion mode is Indexed')] : []),
    ...tooHigh(`${path}.parallelism`, parallelism, indexedMost.parallelism, ' when completion mode is Indexed'),
    ...(completions !== undefined && failed !== undefined && failed > completions
      ? [invalid(`${path}.maxFailedIndexes`, failed, 'must be less than or equal to completions')]
      : []),
    ...tooHigh(`${path}.maxFailedIndexes`, failed, indexedMost.failed),
    ...(many && failed === undefined
      ? [required(`${path}.maxFailedIndexes`, `must be specified when completions is above ${indexedMost.many}`)]
      : []),
    ...(many ? tooHigh(`${path}.parallelism`, parallelism, indexedMost.parallelismOfMany, ` ${ofMany}`) : []),
    ...(many ? tooHigh(`${path}.maxFailedIndexes`, failed, indexedMost.failedOfMany, ` ${ofMany}`) : []),
  ]
}

const notIndexedErrors = (path: FieldPath, spec: JobSpec): readonly FieldError[] =>
  (['backoffLimitPerIndex', 'maxFailedIndexes'] as const)
    .filter(field => spec[field] !== undefined)
    .map(field => invalid(`${path}.${field}`, spec[field], 'requires indexed completion mode'))

const counts = [
  'parallelism',
  'completions',
  'activeDeadlineSeconds',
  'backoffLimit',
  'ttlSecondsAfterFinished',
  'backoffLimitPerIndex',
  'maxFailedIndexes',
] as const

const modes = ['NonIndexed', 'Indexed']

const countErrors = (path: FieldPath, spec: JobSpec): readonly FieldError[] => {
  const { completionMode: mode } = spec
  return [
    ...counts.flatMap(field => nonNegative(`${path}.${field}`, spec[field])),
    ...(spec.maxFailedIndexes !== undefined && spec.backoffLimitPerIndex === undefined
      ? [required(`${path}.backoffLimitPerIndex`, 'when maxFailedIndexes is specified')]
      : []),
    ...(mode === undefined || modes.includes(mode) ? [] : [notSupported(`${path}.completionMode`, mode, modes)]),
    ...(mode === 'Indexed' ? indexedErrors(path, spec) : []),
    ...(mode === undefined || mode === 'NonIndexed' ? notIndexedErrors(path, spec) : []),
  ]
}

const policyErrors = (path: FieldPath, spec: JobSpec): readonly FieldError[] => {
  const { podFailurePolicy, successPolicy, podReplacementPolicy: replacement, completionMode } = spec
  return [
    ...(podFailurePolicy ? failurePolicyErrors(`${path}.podFailurePolicy`, spec) : []),
    ...(successPolicy && completionMode === 'Indexed' ? successPolicyErrors(`${path}.successPolicy`, spec) : []),
    ...(successPolicy && completionMode !== 'Indexed'
      ? [invalid(`${path}.successPolicy`, goPolicy(successPolicy), 'requires indexed completion mode')]
      : []),
    ...oneOf(
      `${path}.podReplacementPolicy`,
      replacement,
      podFailurePolicy ? ['Failed'] : ['Failed', 'TerminatingOrFailed'],
    ),
  ]
}

const restartErrors = (path: FieldPath, spec: JobSpec): readonly FieldError[] => {
  const restart = spec.template.spec?.restartPolicy || 'Always'
  const at = `${path}.template.spec.restartPolicy`
  if (restart === 'Always') return [required(at, 'valid values: "OnFailure", "Never"')]
  if (restart !== 'OnFailure' && restart !== 'Never') return [notSupported(at, restart, ['OnFailure', 'Never'])]
  return spec.podFailurePolicy && restart !== 'Never'
    ? [invalid(at, restart, 'only "Never" is supported when podFailurePolicy is specified')]
    : []
}

const longestManager = 63

const managerErrors = (path: FieldPath, manager: string): readonly FieldError[] => [
  ...domainPrefixedPathErrors(path, manager),
  ...(Buffer.byteLength(manager) > longestManager ? [tooLong(path, longestManager)] : []),
]

/** As Go shows a value of its internal type. */
const goPolicy = ({ rules }: NonNullable<JobSpec['successPolicy']>): object => ({
  Rules:
    rules.length === 0
      ? null
      : rules.map(({ succeededIndexes, succeededCount }) => ({
          SucceededIndexes: succeededIndexes ?? null,
          SucceededCount: succeededCount ?? null,
        })),
})

/** What is wrong with a job's spec, alone or in a cron job's template. */
export function* jobSpecErrors(path: FieldPath, spec: JobSpec): Steps<readonly FieldError[]> {
  return [
    ...countErrors(path, spec),
    ...(spec.managedBy === undefined ? [] : managerErrors(`${path}.managedBy`, spec.managedBy)),
    ...policyErrors(path, spec),
    ...(yield* podTemplateErrors(`${path}.template`, spec.template)),
    ...restartErrors(path, spec),
  ]
}

/** Unless its author chose a selector, a job knows its pods by labels that are made for it. */
const madeLabelErrors = (job: Job): readonly FieldError[] => {
  const { spec } = job
  if (!spec?.selector || spec.manualSelector) return []
  const labels = spec.template.metadata?.labels ?? {}
  const path = 'spec.template.metadata.labels'
  return [
    ...Object.entries(labelsOf(job)).flatMap(([key, value]) => {
      if (labels[key] === value) return []
      const told = `must be '${value}'`
      return [labels[key] === undefined ? required(`${path}[${key}]`, told) : invalid(`${path}[${key}]`, labels, told)]
    }),
    ...(isReadable(spec.selector) && !selects(spec.selector, labelsOf(job))
      ? [invalid('spec.selector', spec.selector, '`selector` not auto-generated')]
      : []),
  ]
}

/** What is wrong with a job. */
export function* jobErrors(job: Job): Steps<readonly FieldError[]> {
  const { spec } = job
  if (!spec) return [required('spec.template.spec.containers')]
  return [
    ...madeLabelErrors(job),
    ...(yield* jobSpecErrors('spec', spec)),
    ...(spec.selector ? labelSelectorErrors(spec.selector, 'spec.selector') : [required('spec.selector')]),
    ...(!spec.selector || isReadable(spec.selector)
      ? selectedTemplateErrors('spec.template', spec.template, spec.selector)
      : []),
  ]
}

/** The pods of an Indexed job have its name and their index as their hosts' names. */
export const hostnameErrors = ({ metadata, spec }: Job): readonly FieldError[] => {
  if (spec?.completionMode !== 'Indexed' || !((spec.completions ?? 0) > 0)) return []
  const name = metadata?.name ?? ''
  const longest = `${name}-${(spec.completions ?? 0) - 1}`
  return isDns1123Label(longest).length > 0
    ? [invalid('metadata.name', name, `will not able to create pod with invalid DNS label: ${longest}`)]
    : []
}

/** The number of indexes changes with how many run at once. */
const completionsUpdateErrors = (spec: Job['spec'], before: Job['spec']): readonly FieldError[] => {
  const [now, then] = [spec?.completions ?? null, before?.completions ?? null]
  if (spec?.completionMode !== 'Indexed') return immutable('spec.completions', now, then)
  return now === null || now === then || now === spec.parallelism
    ? []
    : [invalid('spec.completions', now, 'can only be modified in tandem with spec.parallelism')]
}

/** A job keeps what its pods are made from; only how many run at once, and whether, may change. */
export const jobUpdateErrors = ({ spec }: Job, { spec: before }: Job): readonly FieldError[] => [
  ...completionsUpdateErrors(spec, before),
  ...immutable('spec.selector', spec?.selector, before?.selector),
  ...(before?.suspend && spec?.suspend !== undefined
    ? []
    : immutable('spec.template', spec?.template, before?.template)),
  ...immutable('spec.completionMode', spec?.completionMode, before?.completionMode),
  ...immutable('spec.podFailurePolicy', spec?.podFailurePolicy, before?.podFailurePolicy),
  ...immutable('spec.backoffLimitPerIndex', spec?.backoffLimitPerIndex, before?.backoffLimitPerIndex),
  ...immutable('spec.successPolicy', spec?.successPolicy, before?.successPolicy),
  ...immutable('spec.managedBy', spec?.managedBy, before?.managedBy),
]
