import { fieldError } from '@periplus/api'
import type { FieldError, FieldPath } from '@periplus/api'
import { each, oneOf } from '../../../validation/values.ts'
import type { Container, VolumeDevice, VolumeMount } from '../container.ts'
import type { Volume } from '../volumes.ts'

const { invalid, notFound, required } = fieldError

/** A path below something that isn't the client's: relative, and never upwards. */
export const descendingPathErrors = (path: FieldPath, text: string): readonly FieldError[] => [
  ...(text.startsWith('/') ? [invalid(path, text, 'must be a relative path')] : []),
  ...noBackstepsErrors(path, text),
]

export const noBackstepsErrors = (path: FieldPath, text: string): readonly FieldError[] =>
  text.split('/').includes('..') ? [invalid(path, text, "must not contain '..'")] : []

const mountErrors = (path: FieldPath, mount: VolumeMount, volumes: ReadonlySet<string>): readonly FieldError[] => [
  ...(!mount.name ? [required(`${path}.name`)] : volumes.has(mount.name) ? [] : [notFound(`${path}.name`, mount.name)]),
  ...(mount.mountPath ? [] : [required(`${path}.mountPath`)]),
  ...(mount.subPath ? descendingPathErrors(`${path}.subPath`, mount.subPath) : []),
  ...(mount.subPath && mount.subPathExpr
    ? [invalid(`${path}.subPathExpr`, mount.subPathExpr, 'subPathExpr and subPath are mutually exclusive')]
    : []),
  ...(mount.subPathExpr ? descendingPathErrors(`${path}.subPathExpr`, mount.subPathExpr) : []),
  ...oneOf(`${path}.mountPropagation`, mount.mountPropagation, ['Bidirectional', 'HostToContainer', 'None']),
]

/** What is wrong with how a container mounts the pod's volumes. */
export const mountsErrors = (
  path: FieldPath,
  { volumeMounts, volumeDevices }: Pick<Container, 'volumeMounts' | 'volumeDevices'>,
  volumes: readonly Volume[] | undefined,
): readonly FieldError[] => {
  const names = new Set((volumes ?? []).map(({ name }) => name))
  const paths = new Set<string>()
  return [
    ...each(`${path}.volumeMounts`, volumeMounts, (mount, at) => {
      const taken = paths.has(mount.mountPath)
      paths.add(mount.mountPath)
      return [
        ...mountErrors(at, mount, names),
        ...(taken ? [invalid(`${at}.mountPath`, mount.mountPath, 'must be unique')] : []),
      ]
    }),
    ...each(`${path}.volumeDevices`, volumeDevices, (device, at) => deviceErrors(at, device, names)),
  ]
}

const deviceErrors = (path: FieldPath, { name, devicePath }: VolumeDevice, volumes: ReadonlySet<string>) => [
  ...(name ? (volumes.has(name) ? [] : [notFound(`${path}.name`, name)]) : [required(`${path}.name`)]),
  ...(devicePath ? noBackstepsErrors(`${path}.devicePath`, devicePath) : [required(`${path}.devicePath`)]),
]
