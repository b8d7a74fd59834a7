import { fieldError, labelSelectorErrors } from '@periplus/api'
import type { FieldError } from '@periplus/api'
import type { Steps } from '@periplus/prelude'
import {
  alwaysRestartedErrors,
  podTemplateErrors,
  selectedTemplateErrors,
} from '../../../core/v1/validation/pod-template.ts'
import { isEmptySelector } from '../../../validation/empty-selector.ts'
import { isReadable } from '../../../validation/workload-selector.ts'
import { atMost100Percent, percentOf, positiveIntOrPercent } from '../../../validation/int-or-percent.ts'
import { immutable, nonNegative } from '../../../validation/values.ts'
import type { DaemonSet, DaemonSetUpdateStrategy, RollingUpdateDaemonSet } from './schema.ts'

const { invalid, notSupported, required } = fieldError

const rollingErrors = (path: string, rolling: RollingUpdateDaemonSet): readonly FieldError[] => {
  const { maxUnavailable, maxSurge } = rolling
  const [unavailable, surge] = [percentOf(maxUnavailable), percentOf(maxSurge)]
  return [
    ...positiveIntOrPercent(`${path}.maxUnavailable`, maxUnavailable),
    ...positiveIntOrPercent(`${path}.maxSurge`, maxSurge),
    ...(unavailable !== 0 && surge !== 0
      ? [invalid(`${path}.maxSurge`, maxSurge, 'may not be set when maxUnavailable is non-zero')]
      : []),
    ...(unavailable === 0 && surge === 0 ? [required(`${path}.maxUnavailable`, 'cannot be 0 when maxSurge is 0')] : []),
    ...atMost100Percent(`${path}.maxUnavailable`, maxUnavailable),
    ...atMost100Percent(`${path}.maxSurge`, maxSurge),
  ]
}

const strategyErrors = (path: string, { type, rollingUpdate }: DaemonSetUpdateStrategy): readonly FieldError[] => {
  if (type === 'OnDelete') return []
  if (type !== 'RollingUpdate')
    return [
      notSupported(path, { Type: type ?? '', RollingUpdate: goRollingUpdate(rollingUpdate) }, [
        'RollingUpdate',
        'OnDelete',
      ]),
    ]
  return rollingUpdate ? rollingErrors(`${path}.rollingUpdate`, rollingUpdate) : [required(`${path}.rollingUpdate`)]
}

/** As Go shows a value of its internal type. */
const goRollingUpdate = (rolling: RollingUpdateDaemonSet | undefined): object | null =>
  rolling ? { MaxUnavailable: rolling.maxUnavailable ?? 0, MaxSurge: rolling.maxSurge ?? 0 } : null

/** What is wrong with a DaemonSet. */
export function* daemonSetErrors({ spec }: DaemonSet): Steps<readonly FieldError[]> {
  if (!spec) return [required('spec.selector'), required('spec.template.spec.containers')]
  const { selector, template, updateStrategy } = spec
  const ofTemplate = yield* podTemplateErrors('spec.template', template)
  return [
    ...labelSelectorErrors(selector, 'spec.selector'),
    ...(isReadable(selector) && !isEmptySelector(selector)
      ? selectedTemplateErrors('spec.template', template, selector)
      : []),
    ...(isEmptySelector(selector)
      ? [invalid('spec.selector', selector, 'empty selector is invalid for daemonset')]
      : []),
    ...ofTemplate,
    ...alwaysRestartedErrors('spec.template', template, 'DaemonSet'),
    ...nonNegative('spec.minReadySeconds', spec.minReadySeconds),
    ...strategyErrors('spec.updateStrategy', updateStrategy ?? {}),
    ...nonNegative('spec.revisionHistoryLimit', spec.revisionHistoryLimit),
  ]
}

export const daemonSetUpdateErrors = (next: DaemonSet, previous: DaemonSet): readonly FieldError[] =>
  immutable('spec.selector', next.spec?.selector, previous.spec?.selector)
