import { fieldError, isQualifiedName, quantityOf, wholeValue } from '@periplus/api'
import type { FieldError, FieldPath } from '@periplus/api'
import { amountErrors, isNative } from '../validation/resource-names.ts'
import type { PersistentVolumeClaim } from './schema.ts'

const { invalid, notSupported } = fieldError

const resizeStates = [
  'ControllerResizeInProgress',
  'ControllerResizeInfeasible',
  'NodeResizeInProgress',
  'NodeResizeInfeasible',
  'NodeResizePending',
]

/** What is wrong with what is said of a claim's room, and of how far it has grown. */
export const claimStatusErrors = ({ status }: PersistentVolumeClaim): readonly FieldError[] => {
  const states = 'status.allocatedResourceStatuses'
  const room = 'status.allocatedResources'
  return [
    ...Object.entries(status?.capacity ?? {}).flatMap(([name, text]) => negative(`status.capacity[${name}]`, text)),
    ...Object.entries(status?.allocatedResourceStatuses ?? {}).flatMap(([name, state]) => [
      ...nameErrors(states, name),
      ...(resizeStates.includes(state) ? [] : [notSupported(states, name, resizeStates)]),
    ]),
    ...Object.entries(status?.allocatedResources ?? {}).flatMap(([name, text]) => {
      const wrong = nameErrors(room, name)
      if (wrong.length > 0) return wrong
      const at = `${room}[${name}]`
      const below = negative(at, text)
      return below.length > 0 ? below : amountErrors(at, 'storage', text)
    }),
  ]
}

const negative = (path: FieldPath, text: string): readonly FieldError[] => {
  const whole = wholeValue(quantityOf(text))
  return whole < 0 ? [invalid(path, whole, 'must be a valid resource quantity')] : []
}

/** Of what Kubernetes names itself, claims have storage alone. */
const nameErrors = (path: FieldPath, name: string): readonly FieldError[] => {
  const wrong = isQualifiedName(name).map(words => invalid(path, name, words))
  if (wrong.length > 0 || !isNative(name) || name === 'storage') return wrong
  return [notSupported(path, name, ['storage'])]
}
