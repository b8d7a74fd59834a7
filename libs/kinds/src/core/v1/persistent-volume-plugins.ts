import { schema } from '@periplus/api'
import type { TypeOf } from '@periplus/api'
import { ObjectReference, SecretReference } from './references.ts'

const { boolean, int32, list, map, optional, required, string, struct } = schema
const pkg = 'io.k8s.api.core.v1'

export const AzureFilePersistentVolumeSource = struct(`${pkg}.AzureFilePersistentVolumeSource`, {
  readOnly: optional(3, boolean),
  secretName: required(1, string),
  secretNamespace: optional(4, string),
  shareName: required(2, string),
})
export interface AzureFilePersistentVolumeSource extends TypeOf<typeof AzureFilePersistentVolumeSource> {}

export const CSIPersistentVolumeSource = struct(`${pkg}.CSIPersistentVolumeSource`, {
  controllerExpandSecretRef: optional(9, SecretReference),
  controllerPublishSecretRef: optional(6, SecretReference),
  driver: required(1, string),
  fsType: optional(4, string),
  nodeExpandSecretRef: optional(10, SecretReference),
  nodePublishSecretRef: optional(8, SecretReference),
  nodeStageSecretRef: optional(7, SecretReference),
  readOnly: optional(3, boolean),
  volumeAttributes: optional(5, map(string)),
  volumeHandle: required(2, string),
})
export interface CSIPersistentVolumeSource extends TypeOf<typeof CSIPersistentVolumeSource> {}

export const CephFSPersistentVolumeSource = struct(`${pkg}.CephFSPersistentVolumeSource`, {
  monitors: required(1, list(string), { listType: 'atomic' }),
  path: optional(2, string),
  readOnly: optional(6, boolean),
  secretFile: optional(4, string),
  secretRef: optional(5, SecretReference),
  user: optional(3, string),
})
export interface CephFSPersistentVolumeSource extends TypeOf<typeof CephFSPersistentVolumeSource> {}

export const CinderPersistentVolumeSource = struct(`${pkg}.CinderPersistentVolumeSource`, {
  fsType: optional(2, string),
  readOnly: optional(3, boolean),
  secretRef: optional(4, SecretReference),
  volumeID: required(1, string),
})
export interface CinderPersistentVolumeSource extends TypeOf<typeof CinderPersistentVolumeSource> {}

export const FlexPersistentVolumeSource = struct(`${pkg}.FlexPersistentVolumeSource`, {
  driver: required(1, string),
  fsType: optional(2, string),
  options: optional(5, map(string)),
  readOnly: optional(4, boolean),
  secretRef: optional(3, SecretReference),
})
export interface FlexPersistentVolumeSource extends TypeOf<typeof FlexPersistentVolumeSource> {}

export const GlusterfsPersistentVolumeSource = struct(`${pkg}.GlusterfsPersistentVolumeSource`, {
  endpoints: required(1, string),
  endpointsNamespace: optional(4, string),
  path: required(2, string),
  readOnly: optional(3, boolean),
})
export interface GlusterfsPersistentVolumeSource extends TypeOf<typeof GlusterfsPersistentVolumeSource> {}

export const ISCSIPersistentVolumeSource = struct(`${pkg}.ISCSIPersistentVolumeSource`, {
  chapAuthDiscovery: optional(8, boolean),
  chapAuthSession: optional(11, boolean),
  fsType: optional(5, string),
  initiatorName: optional(12, string),
  iqn: required(2, string),
  iscsiInterface: optional(4, string, { default: 'default' }),
  lun: required(3, int32),
  portals: optional(7, list(string), { listType: 'atomic' }),
  readOnly: optional(6, boolean),
  secretRef: optional(10, SecretReference),
  targetPortal: required(1, string),
})
export interface ISCSIPersistentVolumeSource extends TypeOf<typeof ISCSIPersistentVolumeSource> {}

export const LocalVolumeSource = struct(`${pkg}.LocalVolumeSource`, {
  fsType: optional(2, string),
  path: required(1, string),
})
export interface LocalVolumeSource extends TypeOf<typeof LocalVolumeSource> {}

export const RBDPersistentVolumeSource = struct(`${pkg}.RBDPersistentVolumeSource`, {
  fsType: optional(3, string),
  image: required(2, string),
  keyring: optional(6, string, { default: '/etc/ceph/keyring' }),
  monitors: required(1, list(string), { listType: 'atomic' }),
  pool: optional(4, string, { default: 'rbd' }),
  readOnly: optional(8, boolean),
  secretRef: optional(7, SecretReference),
  user: optional(5, string, { default: 'admin' }),
})
export interface RBDPersistentVolumeSource extends TypeOf<typeof RBDPersistentVolumeSource> {}

export const ScaleIOPersistentVolumeSource = struct(`${pkg}.ScaleIOPersistentVolumeSource`, {
  fsType: optional(9, string, { default: 'xfs' }),
  gateway: required(1, string),
  protectionDomain: optional(5, string),
  readOnly: optional(10, boolean),
  secretRef: required(3, SecretReference),
  sslEnabled: optional(4, boolean),
  storageMode: optional(7, string, { default: 'ThinProvisioned' }),
  storagePool: optional(6, string),
  system: required(2, string),
  volumeName: optional(8, string),
})
export interface ScaleIOPersistentVolumeSource extends TypeOf<typeof ScaleIOPersistentVolumeSource> {}

export const StorageOSPersistentVolumeSource = struct(`${pkg}.StorageOSPersistentVolumeSource`, {
  fsType: optional(3, string),
  readOnly: optional(4, boolean),
  secretRef: optional(5, ObjectReference),
  volumeName: optional(1, string),
  volumeNamespace: optional(2, string),
})
export interface StorageOSPersistentVolumeSource extends TypeOf<typeof StorageOSPersistentVolumeSource> {}
