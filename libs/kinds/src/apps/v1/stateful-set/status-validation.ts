import { fieldError } from '@periplus/api'
import type { FieldError } from '@periplus/api'
import { collisionErrors } from '../../../validation/replica-counts.ts'
import { nonNegative } from '../../../validation/values.ts'
import type { StatefulSet } from './schema.ts'

const { invalid } = fieldError

const parts = ['readyReplicas', 'currentReplicas', 'updatedReplicas', 'availableReplicas'] as const

/** What is wrong with a StatefulSet's status as it follows on the one before: no part is greater than the whole. */
export const statefulSetStatusErrors = ({ status }: StatefulSet, previous: StatefulSet): readonly FieldError[] => {
  if (!status) return []
  const { replicas: all = 0, readyReplicas: ready = 0, availableReplicas: available = 0 } = status
  return [
    ...nonNegative('status.replicas', all),
    ...parts.flatMap(part => nonNegative(`status.${part}`, status[part])),
    ...nonNegative('status.observedGeneration', status.observedGeneration),
    ...nonNegative('status.collisionCount', status.collisionCount),
    ...parts.flatMap(part =>
      (status[part] ?? 0) > all
        ? [invalid(`status.${part}`, status[part] ?? 0, 'cannot be greater than status.replicas')]
        : [],
    ),
    ...(available > ready
      ? [invalid('status.availableReplicas', available, 'cannot be greater than status.readyReplicas')]
      : []),
    ...collisionErrors(status.collisionCount, previous.status?.collisionCount),
  ]
}
