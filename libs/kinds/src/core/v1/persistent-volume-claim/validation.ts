import { compareQuantities, deepEqual, fieldError, quantityOf } from '@periplus/api'
import type { FieldError } from '@periplus/api'
import { claimSpecErrors } from '../validation/claim-spec.ts'
import type { PersistentVolumeClaim } from './schema.ts'

const { forbidden } = fieldError

/** What is wrong with a claim. */
export const claimErrors = ({ spec }: PersistentVolumeClaim): readonly FieldError[] => claimSpecErrors('spec', spec)

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
