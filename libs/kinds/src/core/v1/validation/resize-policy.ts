import { fieldError } from '@periplus/api'
import type { FieldError, FieldPath } from '@periplus/api'
import { each, requiredOneOf } from '../../../validation/values.ts'
import type { ContainerResizePolicy } from '../container.ts'

const { duplicate, invalid } = fieldError

/** What a change of a running container's resources does to it; Kubernetes tells of the values at the list. */
export const resizePolicyErrors = (
  path: FieldPath,
  policies: readonly ContainerResizePolicy[] | undefined,
  podRestartPolicy: string,
): readonly FieldError[] => {
  const seen = new Set<string>()
  return each(path, policies, ({ resourceName, restartPolicy }, at) => {
    const again = seen.has(resourceName)
    seen.add(resourceName)
    return [
      ...(again ? [duplicate(at, resourceName)] : []),
      ...requiredOneOf(path, resourceName, ['cpu', 'memory']),
      ...requiredOneOf(path, restartPolicy, ['NotRequired', 'RestartContainer']),
      ...(podRestartPolicy === 'Never' && restartPolicy !== 'NotRequired'
        ? [invalid(path, restartPolicy, "must be 'NotRequired' when `restartPolicy` is 'Never'")]
        : []),
    ]
  })
}
