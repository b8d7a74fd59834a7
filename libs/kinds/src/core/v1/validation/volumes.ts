import { fieldError, isDns1123Label, quantityOf } from '@periplus/api'
import type { FieldError, FieldPath } from '@periplus/api'
import { each, oneOf, present, presentAnd, unique, within } from '../../../validation/values.ts'
import type { ProjectedVolumeSource, VolumeProjection } from '../projected-volume.ts'
import type { DownwardAPIVolumeFile, KeyToPath } from '../volume-files.ts'
import type { Volume } from '../volumes.ts'
import { fieldRefErrors, resourceFieldErrors, volumeFields } from './env.ts'
import { descendingPathErrors, noBackstepsErrors } from './mounts.ts'

const { forbidden, invalid, required } = fieldError

const hostPathTypes = [
  '',
  'DirectoryOrCreate',
  'Directory',
  'FileOrCreate',
  'File',
  'Socket',
  'CharDevice',
  'BlockDevice',
]

const modeErrors = (path: FieldPath, mode: number | undefined): readonly FieldError[] =>
  mode !== undefined && (mode < 0 || mode > 0o777)
    ? [invalid(path, mode, 'must be a number between 0 and 0777 (octal), both inclusive')]
    : []

/** Files that are made of the keys of a ConfigMap or Secret. */
const itemErrors = (path: FieldPath, items: readonly KeyToPath[] | undefined): readonly FieldError[] =>
  each(path, items, ({ key, path: file, mode }, at) => [
    ...present(`${at}.key`, key),
    ...present(`${at}.path`, file),
    ...descendingPathErrors(`${at}.path`, file),
    ...modeErrors(`${at}.mode`, mode),
  ])

const fileErrors = (path: FieldPath, items: readonly DownwardAPIVolumeFile[] | undefined): readonly FieldError[] =>
  each(path, items, ({ path: file, fieldRef, resourceFieldRef, mode }, at) => [
    ...present(`${at}.path`, file),
    ...descendingPathErrors(`${at}.path`, file),
    ...(fieldRef ? fieldRefErrors(`${at}.fieldRef`, fieldRef, volumeFields) : []),
    ...(resourceFieldRef ? resourceFieldErrors(`${at}.resourceFieldRef`, resourceFieldRef, true) : []),
    ...(fieldRef && resourceFieldRef
      ? [invalid(at, 'resource', 'fieldRef and resourceFieldRef can not be specified simultaneously')]
      : []),
    ...(fieldRef || resourceFieldRef ? [] : [required(at, 'one of fieldRef and resourceFieldRef is required')]),
    ...modeErrors(`${at}.mode`, mode),
  ])

const projectionErrors = (path: FieldPath, source: VolumeProjection): readonly FieldError[] => {
  const { secret, configMap, downwardAPI, serviceAccountToken } = source
  const chosen = Object.keys(source)
  return [
    ...chosen.slice(1).map(name => forbidden(`${path}.${name}`, 'may not specify more than 1 volume type')),
    ...(chosen.length === 0 ? [required(path, 'must specify a volume type')] : []),
    ...(secret ? [...present(`${path}.name`, secret.name), ...itemErrors(`${path}.secret.items`, secret.items)] : []),
    ...(configMap
      ? [...present(`${path}.name`, configMap.name), ...itemErrors(`${path}.configMap.items`, configMap.items)]
      : []),
    ...(downwardAPI ? fileErrors(`${path}.downwardAPI.items`, downwardAPI.items) : []),
    ...(serviceAccountToken
      ? [
          ...within(
            `${path}.serviceAccountToken.expirationSeconds`,
            serviceAccountToken.expirationSeconds,
            600,
            2 ** 32,
          ),
          ...present(`${path}.serviceAccountToken.path`, serviceAccountToken.path),
        ]
      : []),
  ]
}

const projectedErrors = (path: FieldPath, { sources, defaultMode }: ProjectedVolumeSource): readonly FieldError[] => [
  ...each(`${path}.sources`, sources, (source, at) => projectionErrors(at, source)),
  ...modeErrors(`${path}.defaultMode`, defaultMode),
]

const sourceErrors = (path: FieldPath, volume: Volume): readonly FieldError[] => {
  const {
    hostPath,
    secret,
    configMap,
    emptyDir,
    downwardAPI,
    projected,
    persistentVolumeClaim: claim,
    nfs,
    csi,
  } = volume
  return [
    ...(hostPath
      ? [
          ...present(`${path}.hostPath.path`, hostPath.path),
          ...noBackstepsErrors(`${path}.hostPath.path`, hostPath.path),
          ...oneOf(`${path}.hostPath.type`, hostPath.type, hostPathTypes),
        ]
      : []),
    ...(emptyDir?.sizeLimit !== undefined && quantityOf(emptyDir.sizeLimit).nanos < 0n
      ? [forbidden(`${path}.emptyDir.sizeLimit`, 'SizeLimit field must be a valid resource quantity')]
      : []),
    ...(secret
      ? [
          ...present(`${path}.secret.secretName`, secret.secretName),
          ...modeErrors(`${path}.secret.defaultMode`, secret.defaultMode),
          ...itemErrors(`${path}.secret.items`, secret.items),
        ]
      : []),
    ...(configMap
      ? [
          ...present(`${path}.configMap.name`, configMap.name),
          ...modeErrors(`${path}.configMap.defaultMode`, configMap.defaultMode),
          ...itemErrors(`${path}.configMap.items`, configMap.items),
        ]
      : []),
    ...(downwardAPI
      ? [
          ...modeErrors(`${path}.downwardAPI.defaultMode`, downwardAPI.defaultMode),
          ...fileErrors(`${path}.downwardAPI.items`, downwardAPI.items),
        ]
      : []),
    ...(projected ? projectedErrors(`${path}.projected`, projected) : []),
    ...(claim ? present(`${path}.persistentVolumeClaim.claimName`, claim.claimName) : []),
    ...(nfs ? [...present(`${path}.nfs.server`, nfs.server), ...present(`${path}.nfs.path`, nfs.path)] : []),
    ...(nfs?.path && !nfs.path.startsWith('/')
      ? [invalid(`${path}.nfs.path`, nfs.path, 'must be an absolute path')]
      : []),
    ...(csi ? present(`${path}.csi.driver`, csi.driver) : []),
  ]
}

/** What is wrong with a pod's volumes. */
export const volumesErrors = (path: FieldPath, volumes: readonly Volume[] | undefined): readonly FieldError[] => [
  ...each(path, volumes, (volume, at) => {
    const [, ...more] = Object.keys(volume).filter(key => key !== 'name')
    return [
      ...sourceErrors(at, volume),
      ...more.map(name => forbidden(`${at}.${name}`, 'may not specify more than 1 volume type')),
      ...presentAnd(`${at}.name`, volume.name, isDns1123Label),
    ]
  }),
  ...unique(path, volumes, ({ name }) => name, 'name'),
]
