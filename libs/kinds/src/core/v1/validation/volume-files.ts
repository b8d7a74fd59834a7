import { fieldError } from '@periplus/api'
import type { FieldError, FieldPath } from '@periplus/api'
import { each, present } from '../../../validation/values.ts'
import type { DownwardAPIVolumeFile, KeyToPath } from '../volume-files.ts'
import { fieldRefErrors, resourceFieldErrors, volumeFields } from './field-refs.ts'
import { volumeFilePathErrors } from './paths.ts'

const { invalid, required } = fieldError

export const modeErrors = (path: FieldPath, mode: number | undefined): readonly FieldError[] =>
  mode !== undefined && (mode < 0 || mode > 0o777)
    ? [invalid(path, mode, 'must be a number between 0 and 0777 (octal), both inclusive')]
    : []

/** Files that are made of the keys of a ConfigMap or Secret. */
export const keyFileErrors = (path: FieldPath, items: readonly KeyToPath[] | undefined): readonly FieldError[] =>
  each(path, items, ({ key, path: file, mode }, at) => [
    ...present(`${at}.key`, key),
    ...present(`${at}.path`, file),
    ...volumeFilePathErrors(`${at}.path`, file),
    ...modeErrors(`${at}.mode`, mode),
  ])

/** Files that are made of the pod's own fields; as in Kubernetes all are told of at the volume, without their position. */
export const fieldFileErrors = (
  path: FieldPath,
  items: readonly DownwardAPIVolumeFile[] | undefined,
): readonly FieldError[] =>
  (items ?? []).flatMap(({ path: file, fieldRef, resourceFieldRef, mode }) => [
    ...present(`${path}.path`, file),
    ...volumeFilePathErrors(`${path}.path`, file),
    ...(fieldRef ? fieldRefErrors(`${path}.fieldRef`, fieldRef, volumeFields) : []),
    ...(fieldRef && resourceFieldRef
      ? [invalid(path, 'resource', 'fieldRef and resourceFieldRef can not be specified simultaneously')]
      : []),
    ...(!fieldRef && resourceFieldRef ? resourceFieldErrors(`${path}.resourceFieldRef`, resourceFieldRef, true) : []),
    ...(fieldRef || resourceFieldRef ? [] : [required(path, 'one of fieldRef and resourceFieldRef is required')]),
    ...modeErrors(`${path}.mode`, mode),
  ])
