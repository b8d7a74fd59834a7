import type { FieldError } from '@periplus/api'
import { collisionErrors, replicaCountErrors } from '../../../validation/replica-counts.ts'
import { nonNegative } from '../../../validation/values.ts'
import type { Deployment } from './schema.ts'

/** What is wrong with a deployment's status as it follows on the one before. */
export const deploymentStatusErrors = ({ status }: Deployment, previous: Deployment): readonly FieldError[] => [
  ...replicaCountErrors(status, ['updatedReplicas', 'readyReplicas', 'availableReplicas']),
  ...nonNegative('status.unavailableReplicas', status?.unavailableReplicas),
  ...nonNegative('status.terminatingReplicas', status?.terminatingReplicas),
  ...collisionErrors(status?.collisionCount, previous.status?.collisionCount),
]
