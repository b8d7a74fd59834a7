import { fieldError } from '@periplus/api'
import type { FieldError, FieldPath } from '@periplus/api'
import type { PodSpec } from '../pod/spec.ts'

const { forbidden, invalid } = fieldError

const mirror = 'kubernetes.io/config.mirror'
const deletionCost = 'controller.kubernetes.io/pod-deletion-cost'

const isInt32 = (text: string): boolean =>
  /^-?(0|[1-9][0-9]{0,9})$/.test(text) && Math.abs(Number(text) + 0.5) < 2 ** 31

/** What is wrong with annotations that Kubernetes reads on pods. */
export const podAnnotationErrors = (
  path: FieldPath,
  annotations: Readonly<Record<string, string>> | undefined,
  spec: PodSpec,
): readonly FieldError[] => {
  if (!annotations) return []
  const [mirrored, cost] = [annotations[mirror], annotations[deletionCost]]
  return [
    ...(mirrored !== undefined && !spec.nodeName
      ? [invalid(`${path}[${mirror}]`, mirrored, 'must set spec.nodeName if mirror pod annotation is set')]
      : []),
    ...(cost === undefined || isInt32(cost)
      ? []
      : [invalid(`${path}[${deletionCost}]`, cost, 'must be a 32bit integer')]),
  ]
}

/** What a pod is the mirror of stays. */
export const podAnnotationUpdateErrors = (
  path: FieldPath,
  next: Readonly<Record<string, string>> = {},
  previous: Readonly<Record<string, string>> = {},
): readonly FieldError[] => {
  if (next[mirror] === previous[mirror]) return []
  const what = previous[mirror] === undefined ? 'add' : 'remove or update'
  return [forbidden(`${path}[${mirror}]`, `may not ${what} mirror pod annotation`)]
}
