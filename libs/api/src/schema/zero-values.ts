import { isRecord } from '../json/json-value.ts'
import { isPointer } from './go-pointers.ts'
import { shapeOf, shortName } from './shape.ts'
import type { AnyField, StructShape } from './shape.ts'

/** Neither pointers nor `omitempty`: a zero in them is written as what it is. */
const alwaysWritten = new Set([
  'FlowSchemaSpec.matchingPrecedence',
  'PodDisruptionBudgetStatus.currentHealthy',
  'PodDisruptionBudgetStatus.desiredHealthy',
  'PodDisruptionBudgetStatus.disruptionsAllowed',
  'PodDisruptionBudgetStatus.expectedPods',
  'PriorityClass.value',
  'QueuingConfiguration.handSize',
  'QueuingConfiguration.queueLengthLimit',
  'QueuingConfiguration.queues',
  'StatefulSetOrdinals.start',
  'StatefulSetStatus.availableReplicas',
])

const never = (): boolean => false
const emptyText = (value: unknown): boolean => value === ''
const emptyList = (value: unknown): boolean => Array.isArray(value) && value.length === 0
const zero = (value: unknown): boolean => value === 0 || value === false
const emptyMap = (value: unknown): boolean => isRecord(value) && Object.keys(value).length === 0

/**
 * Whether a value of this optional field is the same as none: Go writes `omitempty` fields that hold a zero value as if they were
 * absent, unless the field is a pointer, whose explicit zero means something. Custom resources keep everything.
 */
export const countsAsAbsent = (struct: StructShape, name: string, field: AnyField): ((value: unknown) => boolean) => {
  if (field.required || !struct.name.startsWith('io.k8s.')) return never
  const shape = shapeOf(field.schema)
  if (shape.tag === 'list') return emptyList
  if (shape.tag === 'map') return emptyMap
  if (shape.tag !== 'scalar' || isPointer(struct, name)) return never
  if (shape.scalar === 'string' || shape.scalar === 'bytes') return emptyText
  if (shape.scalar === 'boolean' || shape.scalar === 'int32' || shape.scalar === 'int64')
    return alwaysWritten.has(`${shortName(struct)}.${name}`) ? never : zero
  return never
}
