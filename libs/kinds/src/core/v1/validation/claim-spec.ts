import {
  annotationErrors,
  fieldError,
  isDns1123Label,
  isDns1123Subdomain,
  labelErrors,
  labelSelectorErrors,
  quantityOf,
} from '@periplus/api'
import type { FieldError, FieldPath, ObjectMeta } from '@periplus/api'
import { obeys, oneOf, present } from '../../../validation/values.ts'
import type { PersistentVolumeClaimSpec } from '../persistent-volume-claim/spec.ts'
import type { TypedLocalObjectReference, TypedObjectReference } from '../references.ts'
import type { PersistentVolumeClaimTemplate } from '../volumes.ts'
import { accessModeErrors } from './access-modes.ts'

const { forbidden, invalid, required } = fieldError

const sourceErrors = (path: FieldPath, source: TypedObjectReference | TypedLocalObjectReference) => [
  ...present(`${path}.name`, source.name),
  ...present(`${path}.kind`, source.kind),
  ...(!source.apiGroup && source.kind !== 'PersistentVolumeClaim'
    ? [invalid(path, source.kind, "must be 'PersistentVolumeClaim' when referencing the default apiGroup")]
    : []),
  ...obeys(`${path}.apiGroup`, source.apiGroup, isDns1123Subdomain),
]

/** Kubernetes shows a path as the value here, and a path's JSON form is an empty object. */
const shownPath = {}

/** The old field for a source can't say more, or something else, than the new one. */
const bothSourcesErrors = (path: FieldPath, { dataSource, dataSourceRef }: PersistentVolumeClaimSpec) => {
  if (!dataSource || !dataSourceRef) return []
  if (dataSourceRef.namespace)
    return [invalid(path, shownPath, 'may not be specified when dataSourceRef.namespace is specified')]
  const same =
    dataSource.apiGroup === dataSourceRef.apiGroup &&
    dataSource.kind === dataSourceRef.kind &&
    dataSource.name === dataSourceRef.name
  return same ? [] : [invalid(path, shownPath, 'must match dataSourceRef')]
}

/** What is wrong with a claim's spec, alone or in a template. */
export const claimSpecErrors = (
  path: FieldPath,
  spec: PersistentVolumeClaimSpec | undefined,
): readonly FieldError[] => {
  const storage = spec?.resources?.requests?.['storage']
  const at = `${path}.resources[storage]`
  return [
    ...accessModeErrors(`${path}.accessModes`, spec?.accessModes, 'at least 1 access mode is required'),
    ...labelSelectorErrors(spec?.selector, `${path}.selector`),
    ...(storage === undefined
      ? [required(at)]
      : quantityOf(storage).nanos <= 0n
        ? [invalid(at, storage, 'must be greater than zero')]
        : []),
    ...obeys(`${path}.storageClassName`, spec?.storageClassName, isDns1123Subdomain),
    ...oneOf(`${path}.volumeMode`, spec?.volumeMode, ['Block', 'Filesystem']),
    ...(spec?.dataSource ? sourceErrors(`${path}.dataSource`, spec.dataSource) : []),
    ...(spec?.dataSourceRef ? sourceErrors(`${path}.dataSourceRef`, spec.dataSourceRef) : []),
    ...obeys(`${path}.dataSourceRef.namespace`, spec?.dataSourceRef?.namespace, isDns1123Label),
    ...(spec ? bothSourcesErrors(path, spec) : []),
    ...obeys(`${path}.volumeAttributesClassName`, spec?.volumeAttributesClassName, isDns1123Subdomain),
  ]
}

/** Only labels and annotations of a template reach what is made of it. */
const templateMetaErrors = (path: FieldPath, metadata: ObjectMeta = {}): readonly FieldError[] => [
  ...annotationErrors(metadata.annotations, `${path}.annotations`),
  ...labelErrors(metadata.labels, `${path}.labels`),
  ...Object.entries(metadata)
    .filter(([name, value]) => name !== 'annotations' && name !== 'labels' && value !== undefined && value !== null)
    .map(([name]) => forbidden(`${path}.${name}`, 'cannot be set')),
]

/** What is wrong with the claim that an ephemeral volume makes. */
export const claimTemplateErrors = (
  path: FieldPath,
  template: PersistentVolumeClaimTemplate,
): readonly FieldError[] => [
  ...templateMetaErrors(`${path}.metadata`, template.metadata),
  ...claimSpecErrors(`${path}.spec`, template.spec),
]
