import { deepEqual, fieldError, isDns1123Label, labelSelectorErrors } from '@periplus/api'
import type { FieldError } from '@periplus/api'
import {
  alwaysRestartedErrors,
  podTemplateErrors,
  selectedTemplateErrors,
} from '../../../core/v1/validation/pod-template.ts'
import { claimSpecErrors } from '../../../core/v1/validation/claim-spec.ts'
import { isEmptySelector } from '../../../validation/empty-selector.ts'
import { nonNegative, requiredOneOf } from '../../../validation/values.ts'
import type { StatefulSet } from './schema.ts'

const { forbidden, invalid, required } = fieldError

const retention = ['Retain', 'Delete']

/** What is wrong with a StatefulSet. */
export const statefulSetErrors = ({ spec }: StatefulSet): readonly FieldError[] => {
  if (!spec) return [required('spec.selector'), required('spec.template.spec.containers')]
  const { selector, template, updateStrategy, persistentVolumeClaimRetentionPolicy: policy } = spec
  return [
    ...requiredOneOf('spec.podManagementPolicy', spec.podManagementPolicy ?? 'OrderedReady', [
      'OrderedReady',
      'Parallel',
    ]),
    ...requiredOneOf('spec.updateStrategy.type', updateStrategy?.type, ['OnDelete', 'RollingUpdate']),
    ...nonNegative('spec.updateStrategy.rollingUpdate.partition', updateStrategy?.rollingUpdate?.partition),
    ...(policy
      ? [
          ...requiredOneOf('spec.persistentVolumeClaimRetentionPolicy.whenDeleted', policy.whenDeleted, retention),
          ...requiredOneOf('spec.persistentVolumeClaimRetentionPolicy.whenScaled', policy.whenScaled, retention),
        ]
      : []),
    ...nonNegative('spec.replicas', spec.replicas),
    ...nonNegative('spec.minReadySeconds', spec.minReadySeconds),
    ...nonNegative('spec.ordinals.start', spec.ordinals?.start),
    ...labelSelectorErrors(selector, 'spec.selector'),
    ...(isEmptySelector(selector)
      ? [invalid('spec.selector', selector, 'empty selector is invalid for statefulset')]
      : selectedTemplateErrors('spec.template', template, selector)),
    ...podTemplateErrors('spec.template', template).filter(error => !namesClaim(error, spec.volumeClaimTemplates)),
    ...alwaysRestartedErrors('spec.template', template, 'StatefulSet'),
  ]
}

/** What its pods and claims are made from: what cannot change is not asked of sets from before it was. */
export const statefulSetCreateErrors = ({ spec }: StatefulSet): readonly FieldError[] => [
  ...(spec?.serviceName
    ? isDns1123Label(spec.serviceName).map(complaint => invalid('spec.serviceName', spec.serviceName, complaint))
    : []),
  ...(spec?.volumeClaimTemplates ?? []).flatMap((claim, i) =>
    claimSpecErrors(`spec.volumeClaimTemplates[${i}].spec`, claim.spec),
  ),
]

/** Claims of the StatefulSet become volumes of its pods: a mount may name one. */
const namesClaim = (
  { reason, field, message }: FieldError,
  claims: readonly { readonly metadata?: { readonly name?: string } }[] | undefined,
): boolean =>
  reason === 'FieldValueNotFound' &&
  /\.volume(?:Mounts|Devices)\[\d+\]\.name$/.test(field) &&
  (claims ?? []).some(({ metadata }) => message.endsWith(`"${metadata?.name ?? ''}"`))

const changeable = [
  'replicas',
  'ordinals',
  'template',
  'updateStrategy',
  'revisionHistoryLimit',
  'persistentVolumeClaimRetentionPolicy',
  'minReadySeconds',
] as const

/** What its pods are known by, and what they hold, stays. */
export const statefulSetUpdateErrors = (next: StatefulSet, previous: StatefulSet): readonly FieldError[] => {
  const kept = { ...next.spec } as Record<string, unknown>
  for (const field of changeable) kept[field] = previous.spec?.[field]
  return deepEqual(kept, previous.spec)
    ? []
    : [
        forbidden(
          'spec',
          "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden",
        ),
      ]
}
