import { fieldError, labelSelectorErrors } from '@periplus/api'
import type { FieldError } from '@periplus/api'
import {
  alwaysRestartedErrors,
  podTemplateErrors,
  selectedTemplateErrors,
} from '../../../core/v1/validation/pod-template.ts'
import { isEmptySelector } from '../../../validation/empty-selector.ts'
import { atMost100Percent, percentOf, positiveIntOrPercent } from '../../../validation/int-or-percent.ts'
import { immutable, nonNegative, requiredOneOf } from '../../../validation/values.ts'
import type { DaemonSet, RollingUpdateDaemonSet } from './schema.ts'

const { invalid, required } = fieldError

const rollingErrors = (path: string, rolling: RollingUpdateDaemonSet): readonly FieldError[] => {
  const { maxUnavailable, maxSurge } = rolling
  const [unavailable, surge] = [percentOf(maxUnavailable), percentOf(maxSurge)]
  return [
    ...positiveIntOrPercent(`${path}.maxUnavailable`, maxUnavailable),
    ...positiveIntOrPercent(`${path}.maxSurge`, maxSurge),
    ...(unavailable !== 0 && surge !== 0
      ? [invalid(`${path}.maxSurge`, maxSurge, 'may not be set when maxUnavailable is non-zero')]
      : []),
    ...(unavailable === 0 && surge === 0
      ? [invalid(`${path}.maxUnavailable`, maxUnavailable, 'cannot be 0 when maxSurge is 0')]
      : []),
    ...atMost100Percent(`${path}.maxUnavailable`, maxUnavailable),
    ...atMost100Percent(`${path}.maxSurge`, maxSurge),
  ]
}

/** What is wrong with a DaemonSet. */
export const daemonSetErrors = ({ spec }: DaemonSet): readonly FieldError[] => {
  if (!spec) return [required('spec.selector'), required('spec.template.spec.containers')]
  const { selector, template, updateStrategy } = spec
  return [
    ...labelSelectorErrors(selector, 'spec.selector'),
    ...(isEmptySelector(selector)
      ? [invalid('spec.selector', selector, 'empty selector is invalid for daemonset')]
      : selectedTemplateErrors('spec.template', template, selector)),
    ...podTemplateErrors('spec.template', template),
    ...alwaysRestartedErrors('spec.template', template, 'DaemonSet'),
    ...nonNegative('spec.minReadySeconds', spec.minReadySeconds),
    ...requiredOneOf('spec.updateStrategy.type', updateStrategy?.type, ['RollingUpdate', 'OnDelete']),
    ...(updateStrategy?.rollingUpdate
      ? rollingErrors('spec.updateStrategy.rollingUpdate', updateStrategy.rollingUpdate)
      : []),
    ...nonNegative('spec.revisionHistoryLimit', spec.revisionHistoryLimit),
  ]
}

export const daemonSetUpdateErrors = (next: DaemonSet, previous: DaemonSet): readonly FieldError[] =>
  immutable('spec.selector', next.spec?.selector, previous.spec?.selector)
