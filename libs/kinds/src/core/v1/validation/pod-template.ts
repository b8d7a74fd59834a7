import { annotationErrors, fieldError, labelErrors, selects } from '@periplus/api'
import type { FieldError, FieldPath } from '@periplus/api'
import type { Steps } from '@periplus/prelude'
import type { LabelSelector } from '../../../apimachinery/meta/v1/label-selector.ts'
import type { PodTemplateSpec } from '../pod/template.ts'
import { podAnnotationErrors } from './pod-annotations.ts'
import { podSpecErrors } from './pod-spec.ts'

const { forbidden, invalid, notSupported } = fieldError

/** What is wrong with a template at `path` (`spec.template`). */
export function* podTemplateErrors(path: FieldPath, template: PodTemplateSpec): Steps<readonly FieldError[]> {
  const ofSpec = yield* podSpecErrors(`${path}.spec`, template.spec ?? { containers: [] }, undefined)
  return [
    ...labelErrors(template.metadata?.labels, `${path}.labels`),
    ...annotationErrors(template.metadata?.annotations, `${path}.annotations`),
    ...podAnnotationErrors(`${path}.annotations`, template.metadata?.annotations, template.spec ?? { containers: [] }),
    ...ofSpec,
    ...((template.spec?.ephemeralContainers?.length ?? 0) > 0
      ? [forbidden(`${path}.spec.ephemeralContainers`, 'ephemeral containers not allowed in pod template')]
      : []),
  ]
}

/** The template must make pods that the selector finds: others would be made again and again. */
export const selectedTemplateErrors = (
  path: FieldPath,
  template: PodTemplateSpec,
  selector: LabelSelector | undefined,
): readonly FieldError[] =>
  selects(selector, template.metadata?.labels)
    ? []
    : [
        invalid(
          `${path}.metadata.labels`,
          template.metadata?.labels ?? null,
          '`selector` does not match template `labels`',
        ),
      ]

/** Pods of what keeps a number of them running are always restarted, and have no end. */
export const alwaysRestartedErrors = (
  path: FieldPath,
  { spec }: PodTemplateSpec,
  owner: string,
): readonly FieldError[] => [
  ...(spec?.restartPolicy !== undefined && spec.restartPolicy !== 'Always'
    ? [notSupported(`${path}.spec.restartPolicy`, spec.restartPolicy, ['Always'])]
    : []),
  ...(spec?.activeDeadlineSeconds !== undefined
    ? [forbidden(`${path}.spec.activeDeadlineSeconds`, `activeDeadlineSeconds in ${owner} is not Supported`)]
    : []),
]
