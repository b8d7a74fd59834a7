import { schema } from '@periplus/api'
import type { TypeOf } from '@periplus/api'
import { LocalObjectReference } from './references.ts'

const { boolean, int32, list, map, optional, required, string, struct } = schema
const pkg = 'io.k8s.api.core.v1'

export const AWSElasticBlockStoreVolumeSource = struct(`${pkg}.AWSElasticBlockStoreVolumeSource`, {
  fsType: optional(2, string),
  partition: optional(3, int32),
  readOnly: optional(4, boolean),
  volumeID: required(1, string),
})
export interface AWSElasticBlockStoreVolumeSource extends TypeOf<typeof AWSElasticBlockStoreVolumeSource> {}

export const AzureDiskVolumeSource = struct(`${pkg}.AzureDiskVolumeSource`, {
  cachingMode: optional(3, string, { default: 'ReadWrite' }),
  diskName: required(1, string),
  diskURI: required(2, string),
  fsType: optional(4, string, { default: 'ext4' }),
  kind: optional(6, string, { default: 'Shared' }),
  readOnly: optional(5, boolean, { default: false }),
})
export interface AzureDiskVolumeSource extends TypeOf<typeof AzureDiskVolumeSource> {}

export const AzureFileVolumeSource = struct(`${pkg}.AzureFileVolumeSource`, {
  readOnly: optional(3, boolean),
  secretName: required(1, string),
  shareName: required(2, string),
})
export interface AzureFileVolumeSource extends TypeOf<typeof AzureFileVolumeSource> {}

export const CephFSVolumeSource = struct(`${pkg}.CephFSVolumeSource`, {
  monitors: required(1, list(string), { listType: 'atomic' }),
  path: optional(2, string),
  readOnly: optional(6, boolean),
  secretFile: optional(4, string),
  secretRef: optional(5, LocalObjectReference),
  user: optional(3, string),
})
export interface CephFSVolumeSource extends TypeOf<typeof CephFSVolumeSource> {}

export const CinderVolumeSource = struct(`${pkg}.CinderVolumeSource`, {
  fsType: optional(2, string),
  readOnly: optional(3, boolean),
  secretRef: optional(4, LocalObjectReference),
  volumeID: required(1, string),
})
export interface CinderVolumeSource extends TypeOf<typeof CinderVolumeSource> {}

export const FCVolumeSource = struct(`${pkg}.FCVolumeSource`, {
  fsType: optional(3, string),
  lun: optional(2, int32),
  readOnly: optional(4, boolean),
  targetWWNs: optional(1, list(string), { listType: 'atomic' }),
  wwids: optional(5, list(string), { listType: 'atomic' }),
})
export interface FCVolumeSource extends TypeOf<typeof FCVolumeSource> {}

export const FlexVolumeSource = struct(`${pkg}.FlexVolumeSource`, {
  driver: required(1, string),
  fsType: optional(2, string),
  options: optional(5, map(string)),
  readOnly: optional(4, boolean),
  secretRef: optional(3, LocalObjectReference),
})
export interface FlexVolumeSource extends TypeOf<typeof FlexVolumeSource> {}

export const FlockerVolumeSource = struct(`${pkg}.FlockerVolumeSource`, {
  datasetName: optional(1, string),
  datasetUUID: optional(2, string),
})
export interface FlockerVolumeSource extends TypeOf<typeof FlockerVolumeSource> {}

export const GCEPersistentDiskVolumeSource = struct(`${pkg}.GCEPersistentDiskVolumeSource`, {
  fsType: optional(2, string),
  partition: optional(3, int32),
  pdName: required(1, string),
  readOnly: optional(4, boolean),
})
export interface GCEPersistentDiskVolumeSource extends TypeOf<typeof GCEPersistentDiskVolumeSource> {}

export const GlusterfsVolumeSource = struct(`${pkg}.GlusterfsVolumeSource`, {
  endpoints: required(1, string),
  path: required(2, string),
  readOnly: optional(3, boolean),
})
export interface GlusterfsVolumeSource extends TypeOf<typeof GlusterfsVolumeSource> {}

export const ISCSIVolumeSource = struct(`${pkg}.ISCSIVolumeSource`, {
  chapAuthDiscovery: optional(8, boolean),
  chapAuthSession: optional(11, boolean),
  fsType: optional(5, string),
  initiatorName: optional(12, string),
  iqn: required(2, string),
  iscsiInterface: optional(4, string, { default: 'default' }),
  lun: required(3, int32),
  portals: optional(7, list(string), { listType: 'atomic' }),
  readOnly: optional(6, boolean),
  secretRef: optional(10, LocalObjectReference),
  targetPortal: required(1, string),
})
export interface ISCSIVolumeSource extends TypeOf<typeof ISCSIVolumeSource> {}

export const PhotonPersistentDiskVolumeSource = struct(`${pkg}.PhotonPersistentDiskVolumeSource`, {
  fsType: optional(2, string),
  pdID: required(1, string),
})
export interface PhotonPersistentDiskVolumeSource extends TypeOf<typeof PhotonPersistentDiskVolumeSource> {}

export const PortworxVolumeSource = struct(`${pkg}.PortworxVolumeSource`, {
  fsType: optional(2, string),
  readOnly: optional(3, boolean),
  volumeID: required(1, string),
})
export interface PortworxVolumeSource extends TypeOf<typeof PortworxVolumeSource> {}

export const QuobyteVolumeSource = struct(`${pkg}.QuobyteVolumeSource`, {
  group: optional(5, string),
  readOnly: optional(3, boolean),
  registry: required(1, string),
  tenant: optional(6, string),
  user: optional(4, string),
  volume: required(2, string),
})
export interface QuobyteVolumeSource extends TypeOf<typeof QuobyteVolumeSource> {}

export const RBDVolumeSource = struct(`${pkg}.RBDVolumeSource`, {
  fsType: optional(3, string),
  image: required(2, string),
  keyring: optional(6, string, { default: '/etc/ceph/keyring' }),
  monitors: required(1, list(string), { listType: 'atomic' }),
  pool: optional(4, string, { default: 'rbd' }),
  readOnly: optional(8, boolean),
  secretRef: optional(7, LocalObjectReference),
  user: optional(5, string, { default: 'admin' }),
})
export interface RBDVolumeSource extends TypeOf<typeof RBDVolumeSource> {}

export const ScaleIOVolumeSource = struct(`${pkg}.ScaleIOVolumeSource`, {
  fsType: optional(9, string, { default: 'xfs' }),
  gateway: required(1, string),
  protectionDomain: optional(5, string),
  readOnly: optional(10, boolean),
  secretRef: required(3, LocalObjectReference),
  sslEnabled: optional(4, boolean),
  storageMode: optional(7, string, { default: 'ThinProvisioned' }),
  storagePool: optional(6, string),
  system: required(2, string),
  volumeName: optional(8, string),
})
export interface ScaleIOVolumeSource extends TypeOf<typeof ScaleIOVolumeSource> {}

export const StorageOSVolumeSource = struct(`${pkg}.StorageOSVolumeSource`, {
  fsType: optional(3, string),
  readOnly: optional(4, boolean),
  secretRef: optional(5, LocalObjectReference),
  volumeName: optional(1, string),
  volumeNamespace: optional(2, string),
})
export interface StorageOSVolumeSource extends TypeOf<typeof StorageOSVolumeSource> {}

export const VsphereVirtualDiskVolumeSource = struct(`${pkg}.VsphereVirtualDiskVolumeSource`, {
  fsType: optional(2, string),
  storagePolicyID: optional(4, string),
  storagePolicyName: optional(3, string),
  volumePath: required(1, string),
})
export interface VsphereVirtualDiskVolumeSource extends TypeOf<typeof VsphereVirtualDiskVolumeSource> {}
