import { deepEqual, fieldError, isDns1123Subdomain, quantityOf } from '@periplus/api'
import type { FieldError } from '@periplus/api'
import { immutable, obeys, oneOf } from '../../../validation/values.ts'
import { accessModeErrors } from '../validation/access-modes.ts'
import { nodeSelectorErrors } from '../validation/affinity.ts'
import { deadPluginWarnings } from '../warnings/dead-plugins.ts'
import { persistentVolumeSourceErrors } from '../validation/persistent-volume-sources.ts'
import { storageAnnotations } from '../../../storage/annotations.ts'
import type { PersistentVolume } from './schema.ts'
import type { PersistentVolumeSpec } from './spec.ts'

const { forbidden, invalid, notSupported, required } = fieldError

const capacityErrors = (path: string, capacity: Readonly<Record<string, string>>): readonly FieldError[] => {
  const names = Object.keys(capacity)
  return [
    ...(names.length === 0 ? [required(path)] : []),
    ...(names.length !== 1 || capacity['storage'] === undefined
      ? [notSupported(path, names.length === 0 ? null : capacity, ['storage'])]
      : []),
    ...names.flatMap(name => amountErrors(`${path}[${name}]`, capacity[name] ?? '0')),
  ]
}

const amountErrors = (path: string, text: string): readonly FieldError[] => {
  const { nanos } = quantityOf(text)
  return [
    ...(nanos < 0n ? [invalid(path, Number(nanos / 1_000_000_000n), 'must be a valid resource quantity')] : []),
    ...(nanos <= 0n ? [invalid(path, text, 'must be greater than zero')] : []),
  ]
}

const attributesClassErrors = (path: string, name: string | undefined, csi: unknown): readonly FieldError[] => {
  if (name === undefined) return []
  const at = `${path}.volumeAttributesClassName`
  return [
    ...(name === '' ? [required(at, 'an empty string is disallowed')] : obeys(at, name, isDns1123Subdomain)),
    ...(csi ? [] : [required(`${path}.csi`, 'has to be specified when using volumeAttributesClassName')]),
  ]
}

const placeErrors = (spec: PersistentVolumeSpec): readonly FieldError[] => {
  const { nodeAffinity, local, hostPath, persistentVolumeReclaimPolicy: policy } = spec
  const isRoot = hostPath !== undefined && /^\/[/.]*$/.test(hostPath.path)
  return [
    ...(!nodeAffinity
      ? []
      : nodeAffinity.required
        ? nodeSelectorErrors('spec.nodeAffinity.required', nodeAffinity.required)
        : [required('spec.nodeAffinity.required', 'must specify required node constraints')]),
    ...(local && !nodeAffinity ? [required('spec.nodeAffinity', 'Local volume requires node affinity')] : []),
    ...(isRoot && policy === 'Recycle'
      ? [forbidden('spec.persistentVolumeReclaimPolicy', "may not be 'recycle' for a hostPath mount of '/'")]
      : []),
  ]
}

/** What is wrong with a volume. */
export const persistentVolumeErrors = ({ spec = {} }: PersistentVolume): readonly FieldError[] => [
  ...accessModeErrors('spec.accessModes', spec.accessModes),
  ...capacityErrors('spec.capacity', spec.capacity ?? {}),
  ...oneOf('spec.persistentVolumeReclaimPolicy', spec.persistentVolumeReclaimPolicy, ['Delete', 'Recycle', 'Retain']),
  ...persistentVolumeSourceErrors('spec', spec),
  ...placeErrors(spec),
  ...obeys('spec.storageClassName', spec.storageClassName, isDns1123Subdomain),
  ...oneOf('spec.volumeMode', spec.volumeMode, ['Block', 'Filesystem']),
  ...attributesClassErrors('spec', spec.volumeAttributesClassName, spec.csi),
]

/** All of a spec but its source. */
const besidesSource: ReadonlySet<string> = new Set<keyof PersistentVolumeSpec>([
  'accessModes',
  'capacity',
  'claimRef',
  'mountOptions',
  'nodeAffinity',
  'persistentVolumeReclaimPolicy',
  'storageClassName',
  'volumeAttributesClassName',
  'volumeMode',
])

const sourceOf = (spec: PersistentVolumeSpec): Readonly<Record<string, unknown>> =>
  Object.fromEntries(Object.entries(spec).filter(([name]) => !besidesSource.has(name)))

/** Where a volume is and what it is stays; its node affinity may be given to one that has none. */
export const persistentVolumeUpdateErrors = (
  { spec = {} }: PersistentVolume,
  { spec: before = {} }: PersistentVolume,
): readonly FieldError[] => [
  ...(deepEqual(sourceOf(spec), sourceOf(before))
    ? []
    : [forbidden('spec.persistentvolumesource', 'spec.persistentvolumesource is immutable after creation')]),
  ...immutable('volumeMode', spec.volumeMode, before.volumeMode),
  ...(before.nodeAffinity === undefined || deepEqual(spec.nodeAffinity, before.nodeAffinity)
    ? []
    : [
        invalid(
          'nodeAffinity',
          spec.nodeAffinity ?? null,
          'field is immutable, except for updating from beta label to GA',
        ),
      ]),
]

/** Of these Kubernetes says nothing where they are PersistentVolumes. */
const untold: ReadonlySet<string> = new Set(['flocker', 'quobyte'])

const deprecatedAnnotations = {
  [storageAnnotations.betaClass]: 'deprecated since v1.8; use "storageClassName" attribute instead',
  'volume.beta.kubernetes.io/mount-options': 'deprecated since v1.31; use "mountOptions" attribute instead',
}

/** What is taken although it is of old, or does nothing any more. */
export const persistentVolumeWarnings = ({ metadata, spec = {} }: PersistentVolume): readonly string[] => [
  ...Object.entries(deprecatedAnnotations)
    .filter(([key]) => metadata?.annotations?.[key] !== undefined)
    .map(([key, text]) => `metadata.annotations[${key}]: ${text}`),
  ...(spec.persistentVolumeReclaimPolicy === 'Recycle'
    ? [
        'spec.persistentVolumeReclaimPolicy: The Recycle reclaim policy is deprecated. Instead, the recommended approach is to use dynamic provisioning.',
      ]
    : []),
  ...deadPluginWarnings('spec', spec, name => !untold.has(name)),
]
