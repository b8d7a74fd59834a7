import { fieldError } from '@periplus/api'
import type { FieldError, Int64 } from '@periplus/api'
import { nonNegative } from './values.ts'

interface Counts {
  readonly replicas?: number
  readonly readyReplicas?: number
  readonly availableReplicas?: number
  readonly observedGeneration?: Int64
  readonly collisionCount?: number
}

const { invalid } = fieldError

/** Who gives names by a count of collisions never goes back: a name would be taken twice. */
export const collisionErrors = (next: number | undefined, previous: number | undefined): readonly FieldError[] =>
  previous !== undefined && (next === undefined || next < previous)
    ? [invalid('status.collisionCount', next ?? 0, 'cannot be decremented')]
    : []

/** Counts of a status: none negative, no part of the replicas greater than all, no more available than ready. */
export const replicaCountErrors = <A extends Counts>(
  status: A | undefined,
  parts: readonly (keyof A & string)[],
): readonly FieldError[] => {
  if (!status) return []
  const all = status.replicas ?? 0
  const { availableReplicas = 0, readyReplicas = 0 } = status
  const count = (part: keyof A & string): number => (typeof status[part] === 'number' ? status[part] : 0)
  return [
    ...nonNegative('status.replicas', status.replicas),
    ...nonNegative('status.observedGeneration', status.observedGeneration),
    ...nonNegative('status.collisionCount', status.collisionCount),
    ...parts.flatMap(part => nonNegative(`status.${part}`, count(part))),
    ...parts.flatMap(part =>
      count(part) > all ? [invalid(`status.${part}`, count(part), 'cannot be greater than status.replicas')] : [],
    ),
    ...(availableReplicas > readyReplicas
      ? [invalid('status.availableReplicas', availableReplicas, 'cannot be greater than readyReplicas')]
      : []),
  ]
}
