import type { FieldError } from '@periplus/api'
import { collisionErrors } from '../../../validation/replica-counts.ts'
import { nonNegative } from '../../../validation/values.ts'
import type { DaemonSet } from './schema.ts'

const counts = [
  'currentNumberScheduled',
  'numberMisscheduled',
  'desiredNumberScheduled',
  'numberReady',
  'observedGeneration',
  'updatedNumberScheduled',
  'numberAvailable',
  'numberUnavailable',
  'collisionCount',
] as const

/** What is wrong with a DaemonSet's status as it follows on the one before. */
export const daemonSetStatusErrors = ({ status }: DaemonSet, previous: DaemonSet): readonly FieldError[] => [
  ...counts.flatMap(count => nonNegative(`status.${count}`, status?.[count])),
  ...collisionErrors(status?.collisionCount, previous.status?.collisionCount),
]
