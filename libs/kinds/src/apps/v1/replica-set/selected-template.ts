import type { FieldError } from '@periplus/api'
import type { Steps } from '@periplus/prelude'
import type { LabelSelector } from '../../../apimachinery/meta/v1/label-selector.ts'
import type { PodTemplateSpec } from '../../../core/v1/pod/template.ts'
import {
  alwaysRestartedErrors,
  podTemplateErrors,
  selectedTemplateErrors,
} from '../../../core/v1/validation/pod-template.ts'
import { isEmptySelector } from '../../../validation/empty-selector.ts'
import { whereReadable, workloadSelectorErrors } from '../../../validation/workload-selector.ts'

/** What is wrong with the selector and the template of a ReplicaSet, or of a Deployment, of which ReplicaSets are made; told in one way of both. */
export function* replicaSetTemplateErrors(
  selector: LabelSelector | undefined,
  template: PodTemplateSpec,
): Steps<readonly FieldError[]> {
  const ofTemplate = yield* podTemplateErrors('spec.template', template)
  return [
    ...workloadSelectorErrors(selector, 'deployment'),
    ...whereReadable(selector, 'invalid label selector', () => [
      ...(isEmptySelector(selector) ? [] : selectedTemplateErrors('spec.template', template, selector)),
      ...ofTemplate,
      ...alwaysRestartedErrors('spec.template', template, 'ReplicaSet'),
    ]),
  ]
}
