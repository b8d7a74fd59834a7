import {
  compareQuantities,
  deepEqual,
  fieldError,
  isDns1123Subdomain,
  labelSelectorErrors,
  quantityOf,
} from '@periplus/api'
import type { FieldError } from '@periplus/api'
import { obeys, oneOf } from '../../../validation/values.ts'
import { accessModeErrors } from '../validation/access-modes.ts'
import type { PersistentVolumeClaim } from './schema.ts'

const { forbidden, invalid, required } = fieldError

/** What is wrong with a claim. */
export const claimErrors = ({ spec }: PersistentVolumeClaim): readonly FieldError[] => {
  const storage = spec?.resources?.requests?.['storage']
  return [
    ...accessModeErrors('spec.accessModes', spec?.accessModes),
    ...labelSelectorErrors(spec?.selector, 'spec.selector'),
    ...(storage === undefined
      ? [required('spec.resources[storage]')]
      : quantityOf(storage).nanos <= 0n
        ? [invalid('spec.resources[storage]', storage, 'must be greater than zero')]
        : []),
    ...obeys('spec.storageClassName', spec?.storageClassName, isDns1123Subdomain),
    ...oneOf('spec.volumeMode', spec?.volumeMode, ['Block', 'Filesystem']),
  ]
}

/** A claim keeps what it asked for; once bound it may ask for more room. */
export const claimUpdateErrors = (
  { spec }: PersistentVolumeClaim,
  { spec: before, status }: PersistentVolumeClaim,
): readonly FieldError[] => {
  const [asked, had] = [quantityOf(storageOf(spec)), quantityOf(storageOf(before))]
  const shrinks = compareQuantities(asked, had) < 0
  const comparable = {
    ...spec,
    volumeName: before?.volumeName ? spec?.volumeName : before?.volumeName,
    resources: before?.resources,
    volumeAttributesClassName: before?.volumeAttributesClassName,
  }
  return [
    ...(deepEqual(comparable, before)
      ? []
      : [
          forbidden(
            'spec',
            'spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims',
          ),
        ]),
    ...(shrinks && status?.phase === 'Bound'
      ? [forbidden('spec.resources.requests.storage', 'field can not be less than status.capacity')]
      : []),
  ]
}

const storageOf = (spec: PersistentVolumeClaim['spec']): string | undefined => spec?.resources?.requests?.['storage']
