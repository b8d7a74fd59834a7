import { deepEqual, fieldError, isDns1123Label } from '@periplus/api'
import type { FieldError, FieldPath } from '@periplus/api'
import type { Steps } from '@periplus/prelude'
import type { PodTemplateSpec } from '../../../core/v1/pod/template.ts'
import {
  alwaysRestartedErrors,
  podTemplateErrors,
  selectedTemplateErrors,
} from '../../../core/v1/validation/pod-template.ts'
import { claimSpecErrors } from '../../../core/v1/validation/claim-spec.ts'
import { isEmptySelector } from '../../../validation/empty-selector.ts'
import { nonNegative } from '../../../validation/values.ts'
import { whereReadable, workloadSelectorErrors } from '../../../validation/workload-selector.ts'
import type {
  RollingUpdateStatefulSetStrategy,
  StatefulSet,
  StatefulSetSpec,
  StatefulSetUpdateStrategy,
} from './schema.ts'

const { forbidden, invalid, notSupported, required } = fieldError

const retention = ['Retain', 'Delete']

const strategyErrors = (path: FieldPath, { type, rollingUpdate }: StatefulSetUpdateStrategy): readonly FieldError[] => {
  switch (type) {
    case 'RollingUpdate':
      return nonNegative(`${path}.rollingUpdate.partition`, rollingUpdate?.partition)
    case 'OnDelete':
      return rollingUpdate
        ? [
            invalid(
              `${path}.rollingUpdate`,
              goRollingUpdate(rollingUpdate),
              "only allowed for updateStrategy 'RollingUpdate'",
            ),
          ]
        : []
    case undefined:
    case '':
      return [required(path)]
    default:
      return [
        invalid(
          path,
          { Type: type, RollingUpdate: rollingUpdate ? goRollingUpdate(rollingUpdate) : null },
          "must be 'RollingUpdate' or 'OnDelete'",
        ),
      ]
  }
}

/** As Go shows a value of its internal type. */
const goRollingUpdate = ({ partition, maxUnavailable }: RollingUpdateStatefulSetStrategy): object => ({
  Partition: partition ?? 0,
  MaxUnavailable: maxUnavailable ?? null,
})

const policyErrors = (path: FieldPath, policy: string | undefined): readonly FieldError[] =>
  policy !== undefined && retention.includes(policy) ? [] : [notSupported(path, policy ?? '', retention)]

/** Claims become volumes of its pods, instead of volumes of their names; host names are the controller's to give. */
const ofPods = (template: PodTemplateSpec, claims: StatefulSetSpec['volumeClaimTemplates']): PodTemplateSpec => {
  if (!template.spec) return template
  const { hostname: _, subdomain: __, ...spec } = template.spec
  const names = new Set((claims ?? []).map(({ metadata }) => metadata?.name ?? ''))
  const volumes = [
    ...[...names].map(name => ({ name, persistentVolumeClaim: { claimName: name } })),
    ...(spec.volumes ?? []).filter(({ name }) => !names.has(name)),
  ]
  return { ...template, spec: { ...spec, ...(volumes.length > 0 && { volumes }) } }
}

/** What is wrong with a StatefulSet. */
export function* statefulSetErrors({ spec }: StatefulSet): Steps<readonly FieldError[]> {
  if (!spec) return [required('spec.selector'), required('spec.template.spec.containers')]
  const { selector, template, updateStrategy, persistentVolumeClaimRetentionPolicy: policy } = spec
  const management = spec.podManagementPolicy ?? 'OrderedReady'
  const ofTemplate = yield* podTemplateErrors('spec.template', ofPods(template, spec.volumeClaimTemplates))
  return [
    ...(management === 'OrderedReady' || management === 'Parallel'
      ? []
      : [invalid('spec.podManagementPolicy', management, "must be 'OrderedReady' or 'Parallel'")]),
    ...strategyErrors('spec.updateStrategy', updateStrategy ?? {}),
    ...(policy
      ? [
          ...policyErrors('spec.persistentVolumeClaimRetentionPolicy.whenDeleted', policy.whenDeleted),
          ...policyErrors('spec.persistentVolumeClaimRetentionPolicy.whenScaled', policy.whenScaled),
        ]
      : []),
    ...nonNegative('spec.replicas', spec.replicas),
    ...nonNegative('spec.minReadySeconds', spec.minReadySeconds),
    ...nonNegative('spec.ordinals.start', spec.ordinals?.start),
    ...workloadSelectorErrors(selector, 'statefulset'),
    ...whereReadable(selector, '', () => [
      ...(isEmptySelector(selector) ? [] : selectedTemplateErrors('spec.template', template, selector)),
      ...twice(ofTemplate),
    ]),
    ...alwaysRestartedErrors('spec.template', template, 'StatefulSet'),
  ]
}

/** Kubernetes looks at labels and annotations of this template twice. */
const twice = (errors: readonly FieldError[]): readonly FieldError[] => [
  ...errors,
  ...errors.filter(({ field }) => /^spec\.template\.(labels|annotations)/.test(field)),
]

/** What its pods and claims are made from: what cannot change is not asked of sets from before it was. */
export const statefulSetCreateErrors = ({ spec }: StatefulSet): readonly FieldError[] => [
  ...(spec?.serviceName
    ? isDns1123Label(spec.serviceName).map(complaint => invalid('spec.serviceName', spec.serviceName, complaint))
    : []),
  ...(spec?.volumeClaimTemplates ?? []).flatMap((claim, i) =>
    claimSpecErrors(`spec.volumeClaimTemplates[${i}].spec`, claim.spec),
  ),
]

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
