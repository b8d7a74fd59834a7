import { compareQuantities, deepEqual, fieldError, quantityOf } from '@periplus/api'
import type { FieldError, FieldPath } from '@periplus/api'
import { storageAnnotations } from '../../../storage/annotations.ts'
import { immutable } from '../../../validation/values.ts'
import { claimSpecErrors } from '../validation/claim-spec.ts'
import { fractionWarnings } from '../warnings/pod-spec.ts'
import type { PersistentVolumeClaim } from './schema.ts'

const { forbidden, invalid } = fieldError

/** What is wrong with a claim. */
export const claimErrors = ({ spec }: PersistentVolumeClaim): readonly FieldError[] => claimSpecErrors('spec', spec)

/** A claim keeps what it asked for; once bound it may ask for more room, and a class may be given to one that named none. */
export const claimUpdateErrors = (
  { spec, metadata, status: now }: PersistentVolumeClaim,
  { spec: before, status, metadata: old }: PersistentVolumeClaim,
): readonly FieldError[] => {
  const [asked, had] = [quantityOf(storageOf(spec)), quantityOf(storageOf(before))]
  const betaClass = old?.annotations?.[storageAnnotations.betaClass]
  const namesClass =
    before?.storageClassName === undefined && (betaClass === undefined || spec?.storageClassName === betaClass)
  const newBetaClass = metadata?.annotations?.[storageAnnotations.betaClass]
  const movesClass = newBetaClass === undefined && namesClass && spec?.storageClassName === betaClass
  const isBound = now?.phase === 'Bound'
  const comparable = {
    ...spec,
    volumeName: before?.volumeName ? spec?.volumeName : before?.volumeName,
    ...(namesClass ? { storageClassName: before?.storageClassName } : {}),
    ...(isBound ? { resources: before?.resources, volumeAttributesClassName: before?.volumeAttributesClassName } : {}),
  }
  const tooLittle =
    compareQuantities(asked, had) < 0 && compareQuantities(asked, quantityOf(status?.capacity?.['storage'])) <= 0
  return [
    ...(newBetaClass === betaClass || movesClass
      ? []
      : [invalid(`metadata.annotations.${storageAnnotations.betaClass}`, newBetaClass ?? '', 'field is immutable')]),
    ...(deepEqual(comparable, before)
      ? []
      : [
          forbidden(
            'spec',
            'spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims',
          ),
        ]),
    ...(tooLittle ? [forbidden('spec.resources.requests.storage', 'field can not be less than status.capacity')] : []),
    ...immutable('volumeMode', spec?.volumeMode, before?.volumeMode),
  ]
}

const storageOf = (spec: PersistentVolumeClaim['spec']): string | undefined => spec?.resources?.requests?.['storage']

/** Of parts of a byte: of a claim, or of one that is made of a template at `path`. */
export const claimSpecWarnings = (path: FieldPath, spec: PersistentVolumeClaim['spec']): readonly string[] => [
  ...fractionWarnings(`${path}.resources.requests`, spec?.resources?.requests, ['storage']),
  ...fractionWarnings(`${path}.resources.limits`, spec?.resources?.limits, ['storage']),
]

/** What a claim says in a way that has been given up, or of parts of a byte. */
export const claimWarnings = ({ metadata, spec }: PersistentVolumeClaim): readonly string[] => [
  ...(metadata?.annotations?.[storageAnnotations.betaClass] === undefined
    ? []
    : [
        `metadata.annotations[${storageAnnotations.betaClass}]: deprecated since v1.8; use "storageClassName" attribute instead`,
      ]),
  ...claimSpecWarnings('spec', spec),
]
