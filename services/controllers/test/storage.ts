import { formatTime } from '@periplus/api'
import { startOfTime } from '@periplus/controller'
import type { LabelSelector, PersistentVolume, PersistentVolumeClaim, StorageClass } from '@periplus/kinds'

/** Volumes, claims and classes that tests are given, with as little in them as matters. */

export interface ClaimTraits {
  readonly uid?: string
  readonly storage?: string
  readonly modes?: readonly string[]
  /** Default `''`; `null`: it names none. */
  readonly class?: string | null
  readonly selector?: LabelSelector
  readonly volumeMode?: string
  readonly volumeName?: string
  readonly annotations?: Readonly<Record<string, string>>
  readonly bound?: boolean
  readonly deleting?: boolean
  readonly finalizers?: readonly string[]
}

export const claim = (name: string, traits: ClaimTraits = {}): PersistentVolumeClaim => {
  const { uid, storage = '1Gi', modes = ['ReadWriteOnce'], selector, volumeMode, volumeName, bound } = traits
  const storageClassName = traits.class === undefined ? '' : traits.class
  const marks: Record<string, string> = bound
    ? { 'pv.kubernetes.io/bind-completed': 'yes', 'pv.kubernetes.io/bound-by-controller': 'yes' }
    : {}
  return {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: {
      name,
      namespace: 'default',
      annotations: { ...marks, ...traits.annotations },
      ...(uid === undefined ? {} : { uid }),
      ...(traits.finalizers ? { finalizers: traits.finalizers } : {}),
      ...(traits.deleting ? { deletionTimestamp: formatTime(startOfTime) } : {}),
    },
    spec: {
      accessModes: modes,
      resources: { requests: { storage } },
      ...(storageClassName === null ? {} : { storageClassName }),
      ...(selector ? { selector } : {}),
      volumeMode: volumeMode ?? 'Filesystem',
      ...(volumeName === undefined ? {} : { volumeName }),
    },
    status: bound ? { phase: 'Bound', accessModes: modes, capacity: { storage } } : { phase: 'Pending' },
  }
}

export interface VolumeTraits {
  readonly storage?: string
  readonly modes?: readonly string[]
  readonly class?: string
  readonly labels?: Readonly<Record<string, string>>
  readonly volumeMode?: string
  readonly phase?: string
  readonly policy?: string
  readonly claimRef?: { readonly name: string; readonly uid?: string }
  readonly boundByController?: boolean
  readonly provisionedBy?: string
  readonly deleting?: boolean
  readonly finalizers?: readonly string[]
  readonly node?: string
}

export const volume = (name: string, traits: VolumeTraits = {}): PersistentVolume => ({
  apiVersion: 'v1',
  kind: 'PersistentVolume',
  metadata: {
    name,
    labels: traits.labels ?? {},
    annotations: {
      ...(traits.boundByController ? { 'pv.kubernetes.io/bound-by-controller': 'yes' } : {}),
      ...(traits.provisionedBy ? { 'pv.kubernetes.io/provisioned-by': traits.provisionedBy } : {}),
    },
    ...(traits.finalizers ? { finalizers: traits.finalizers } : {}),
    ...(traits.deleting ? { deletionTimestamp: formatTime(startOfTime) } : {}),
  },
  spec: {
    capacity: { storage: traits.storage ?? '1Gi' },
    accessModes: traits.modes ?? ['ReadWriteOnce'],
    persistentVolumeReclaimPolicy: traits.policy ?? 'Retain',
    storageClassName: traits.class ?? '',
    volumeMode: traits.volumeMode ?? 'Filesystem',
    hostPath: { path: `/data/${name}` },
    ...(traits.claimRef ? { claimRef: { namespace: 'default', ...traits.claimRef } } : {}),
    ...(traits.node
      ? {
          nodeAffinity: {
            required: {
              nodeSelectorTerms: [
                { matchExpressions: [{ key: 'kubernetes.io/hostname', operator: 'In', values: [traits.node] }] },
              ],
            },
          },
        }
      : {}),
  },
  status: { phase: traits.phase ?? 'Available' },
})

export interface ClassTraits {
  readonly provisioner?: string
  readonly volumeBindingMode?: string
  readonly reclaimPolicy?: string
  readonly allowVolumeExpansion?: boolean
  readonly isDefault?: boolean
  readonly created?: number
}

export const storageClass = (name: string, traits: ClassTraits = {}): StorageClass => ({
  apiVersion: 'storage.k8s.io/v1',
  kind: 'StorageClass',
  metadata: {
    name,
    ...(traits.isDefault ? { annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' } } : {}),
    ...(traits.created === undefined ? {} : { creationTimestamp: formatTime(traits.created) }),
  },
  provisioner: traits.provisioner ?? 'example.com/disks',
  reclaimPolicy: traits.reclaimPolicy ?? 'Delete',
  volumeBindingMode: traits.volumeBindingMode ?? 'Immediate',
  ...(traits.allowVolumeExpansion === undefined ? {} : { allowVolumeExpansion: traits.allowVolumeExpansion }),
})
