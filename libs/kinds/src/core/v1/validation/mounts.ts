import { fieldError } from '@periplus/api'
import type { FieldError, FieldPath } from '@periplus/api'
import { each, oneOf } from '../../../validation/values.ts'
import type { Container, VolumeDevice, VolumeMount } from '../container.ts'
import type { Volume } from '../volumes.ts'
import { descendingPathErrors, noBackstepsErrors } from './paths.ts'

const { forbidden, invalid, notFound, required } = fieldError

type Volumes = ReadonlyMap<string, Volume>
type Mounting = Pick<Container, 'volumeMounts' | 'volumeDevices' | 'securityContext'>

const propagations = ['Bidirectional', 'HostToContainer', 'None']
const recursions = ['Disabled', 'Enabled', 'IfPossible']

/** What Kubernetes tells at the list of mounts rather than at the mount. */
const placeErrors = (path: FieldPath, mount: VolumeMount, privileged: boolean): readonly FieldError[] => {
  const { mountPropagation, recursiveReadOnly } = mount
  return [
    ...oneOf(`${path}.mountPropagation`, mountPropagation, propagations),
    ...(mountPropagation === 'Bidirectional' && !privileged
      ? [
          forbidden(
            `${path}.mountPropagation`,
            'Bidirectional mount propagation is available only to privileged containers',
          ),
        ]
      : []),
    ...oneOf(`${path}.recursiveReadOnly`, recursiveReadOnly, recursions),
    ...(recursiveReadOnly === 'Enabled' || recursiveReadOnly === 'IfPossible'
      ? recursionErrors(`${path}.recursiveReadOnly`, mount)
      : []),
  ]
}

const recursionErrors = (
  path: FieldPath,
  { readOnly, mountPropagation = 'None' }: VolumeMount,
): readonly FieldError[] => [
  ...(readOnly ? [] : [forbidden(path, 'may only be specified when readOnly is true')]),
  ...(mountPropagation === 'None'
    ? []
    : [forbidden(path, 'may only be specified when mountPropagation is None or not specified')]),
]

const mountErrors = (list: FieldPath, path: FieldPath, mount: VolumeMount, privileged: boolean) => [
  ...descendingPathErrors(`${list}.subPath`, mount.subPath),
  ...(mount.subPath && mount.subPathExpr
    ? [invalid(`${path}.subPathExpr`, mount.subPathExpr, 'subPathExpr and subPath are mutually exclusive')]
    : []),
  ...descendingPathErrors(`${list}.subPathExpr`, mount.subPathExpr),
  ...placeErrors(list, mount, privileged),
]

const nameErrors = (path: FieldPath, name: string, volumes: Volumes): readonly FieldError[] => [
  ...(name ? [] : [required(path)]),
  ...(volumes.has(name) ? [] : [notFound(path, name)]),
]

const leavesItsPlace = (devicePath: string): boolean => noBackstepsErrors('', devicePath).length > 0

const deviceErrors = (path: FieldPath, { name, devicePath }: VolumeDevice, volumes: Volumes): readonly FieldError[] => {
  const volume = volumes.get(name)
  const blockable = !volume || volume.persistentVolumeClaim || volume.ephemeral
  const told = 'can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode'
  return [
    ...(blockable ? [] : [invalid(`${path}.name`, name, told)]),
    ...nameErrors(`${path}.name`, name, volumes),
    ...(devicePath ? [] : [required(`${path}.devicePath`)]),
    ...(leavesItsPlace(devicePath)
      ? [invalid(`${path}.devicePath`, devicePath, "can not contain backsteps ('..')")]
      : []),
  ]
}

/** What is wrong with how a container mounts the pod's volumes: each place once, and a volume in one way only. */
export const mountsErrors = (path: FieldPath, container: Mounting, volumes: Volumes): readonly FieldError[] => {
  const { volumeMounts, volumeDevices } = container
  if (volumeMounts === undefined && volumeDevices === undefined) return []
  const privileged = container.securityContext?.privileged ?? false
  const mounts = new Map((volumeMounts ?? []).map(({ name, mountPath }) => [name, mountPath]))
  const devices = new Map((volumeDevices ?? []).map(({ name, devicePath }) => [name, devicePath]))
  const [mountPlaces, devicePlaces] = [new Set(mounts.values()), new Set(devices.values())]
  const list = `${path}.volumeMounts`
  const [mountPaths, devicePaths, deviceNames] = [new Set<string>(), new Set<string>(), new Set<string>()]
  return [
    ...each(list, volumeMounts, (mount, at) => [
      ...nameErrors(`${at}.name`, mount.name, volumes),
      ...(mount.mountPath ? [] : [required(`${at}.mountPath`)]),
      ...repeated(`${at}.mountPath`, mount.mountPath, mountPaths),
      ...elsewhere(at, 'volumeDevices', devices, devicePlaces, ['name', mount.name], ['mountPath', mount.mountPath]),
      ...mountErrors(list, at, mount, privileged),
    ]),
    ...each(`${path}.volumeDevices`, volumeDevices, (device, at) => [
      ...deviceErrors(at, device, volumes),
      ...(device.name ? repeated(`${at}.name`, device.name, deviceNames) : []),
      // A place that is none is not taken either.
      ...(leavesItsPlace(device.devicePath) ? [] : repeated(`${at}.devicePath`, device.devicePath, devicePaths)),
      ...elsewhere(at, 'volumeMounts', mounts, mountPlaces, ['name', device.name], ['devicePath', device.devicePath]),
    ]),
  ]
}

const repeated = (path: FieldPath, value: string, seen: Set<string>): readonly FieldError[] => {
  const taken = seen.has(value)
  seen.add(value)
  return taken ? [invalid(path, value, 'must be unique')] : []
}

/** A volume is mounted or is a device, and a place is one of both. */
const elsewhere = (
  path: FieldPath,
  other: string,
  taken: ReadonlyMap<string, string>,
  places: ReadonlySet<string>,
  [nameField, name]: readonly [string, string],
  [placeField, place]: readonly [string, string],
): readonly FieldError[] => [
  ...(taken.has(name) ? [invalid(`${path}.${nameField}`, name, `must not already exist in ${other}`)] : []),
  ...(places.has(place)
    ? [invalid(`${path}.${placeField}`, place, `must not already exist as a path in ${other}`)]
    : []),
]
