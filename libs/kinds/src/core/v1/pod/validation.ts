import { fieldError } from '@periplus/api'
import type { FieldError } from '@periplus/api'
import type { Steps } from '@periplus/prelude'
import { each } from '../../../validation/values.ts'
import { podAnnotationErrors } from '../validation/pod-annotations.ts'
import { podSpecErrors } from '../validation/pod-spec.ts'
import type { Pod } from './schema.ts'
import type { PodSpec } from './spec.ts'

const { forbidden } = fieldError

/** A token is somebody's. */
const tokenErrors = ({ serviceAccountName, volumes }: PodSpec): readonly FieldError[] =>
  serviceAccountName
    ? []
    : each('spec.volumes', volumes, ({ projected }, at) =>
        each(`${at}.projected.sources`, projected?.sources, ({ serviceAccountToken }, one) =>
          serviceAccountToken
            ? [forbidden(`${one}.serviceAccountToken`, 'must not be specified when serviceAccountName is not set')]
            : [],
        ),
      )

/** What a pod may not begin with: ephemeral containers come through their subresource, and gates open before a node is found. */
export const podCreateErrors = ({ spec }: Pod): readonly FieldError[] => [
  ...((spec?.ephemeralContainers?.length ?? 0) > 0
    ? [forbidden('spec.ephemeralContainers', 'cannot be set on create')]
    : []),
  ...(spec?.nodeName && (spec.schedulingGates?.length ?? 0) > 0
    ? [forbidden('spec.nodeName', 'cannot be set until all schedulingGates have been cleared')]
    : []),
]

/** What is wrong with a pod. */
export function* podErrors({ metadata, spec = { containers: [] } }: Pod): Steps<readonly FieldError[]> {
  const ofSpec = yield* podSpecErrors('spec', spec, metadata?.name ?? '')
  return [...podAnnotationErrors('metadata.annotations', metadata?.annotations, spec), ...ofSpec, ...tokenErrors(spec)]
}
