import { fieldError, labelSelectorErrors } from '@periplus/api'
import type { FieldError, FieldPath } from '@periplus/api'
import { podTemplateErrors, selectedTemplateErrors } from '../../../core/v1/validation/pod-template.ts'
import { immutable, nonNegative, oneOf } from '../../../validation/values.ts'
import type { Job } from './schema.ts'
import type { JobSpec } from './spec.ts'

const { invalid, notSupported, required } = fieldError

/** What is wrong with a job's spec, alone or in a cron job's template. */
export const jobSpecErrors = (path: FieldPath, spec: JobSpec): readonly FieldError[] => {
  const restart = spec.template.spec?.restartPolicy ?? 'Always'
  const indexed = spec.completionMode === 'Indexed'
  return [
    ...nonNegative(`${path}.parallelism`, spec.parallelism),
    ...nonNegative(`${path}.completions`, spec.completions),
    ...nonNegative(`${path}.activeDeadlineSeconds`, spec.activeDeadlineSeconds),
    ...nonNegative(`${path}.backoffLimit`, spec.backoffLimit),
    ...nonNegative(`${path}.backoffLimitPerIndex`, spec.backoffLimitPerIndex),
    ...nonNegative(`${path}.maxFailedIndexes`, spec.maxFailedIndexes),
    ...nonNegative(`${path}.ttlSecondsAfterFinished`, spec.ttlSecondsAfterFinished),
    ...oneOf(`${path}.completionMode`, spec.completionMode, ['NonIndexed', 'Indexed']),
    ...(indexed && spec.completions === undefined
      ? [required(`${path}.completions`, 'when completion mode is Indexed')]
      : []),
    ...(!indexed && spec.backoffLimitPerIndex !== undefined
      ? [invalid(`${path}.backoffLimitPerIndex`, spec.backoffLimitPerIndex, 'requires indexed completion mode')]
      : []),
    ...oneOf(`${path}.podReplacementPolicy`, spec.podReplacementPolicy, ['Failed', 'TerminatingOrFailed']),
    ...podTemplateErrors(`${path}.template`, spec.template),
    ...(restart === 'Always'
      ? [fieldError.required(`${path}.template.spec.restartPolicy`, 'valid values: "OnFailure", "Never"')]
      : restart === 'OnFailure' || restart === 'Never'
        ? []
        : [notSupported(`${path}.template.spec.restartPolicy`, restart, ['OnFailure', 'Never'])]),
  ]
}

/** What is wrong with a job. */
export const jobErrors = ({ spec }: Job): readonly FieldError[] => {
  if (!spec) return [required('spec.template.spec.containers')]
  return [
    ...jobSpecErrors('spec', spec),
    ...(spec.selector ? labelSelectorErrors(spec.selector, 'spec.selector') : [required('spec.selector')]),
    ...(spec.selector ? selectedTemplateErrors('spec.template', spec.template, spec.selector) : []),
  ]
}

/** A job keeps what its pods are made from; only how many run at once, and whether, may change. */
export const jobUpdateErrors = ({ spec }: Job, { spec: before }: Job): readonly FieldError[] => [
  ...(spec?.completionMode === 'Indexed' && spec.completions === spec.parallelism
    ? []
    : immutable('spec.completions', spec?.completions ?? null, before?.completions ?? null)),
  ...immutable('spec.selector', spec?.selector, before?.selector),
  ...(before?.suspend && spec?.suspend !== undefined
    ? []
    : immutable('spec.template', spec?.template, before?.template)),
  ...immutable('spec.completionMode', spec?.completionMode, before?.completionMode),
  ...immutable('spec.podFailurePolicy', spec?.podFailurePolicy, before?.podFailurePolicy),
  ...immutable('spec.backoffLimitPerIndex', spec?.backoffLimitPerIndex, before?.backoffLimitPerIndex),
  ...immutable('spec.managedBy', spec?.managedBy, before?.managedBy),
]
