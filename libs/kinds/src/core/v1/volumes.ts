import { ObjectMeta, schema } from '@periplus/api'
import type { TypeOf } from '@periplus/api'
import { PersistentVolumeClaimSpec } from './persistent-volume-claim/spec.ts'
import { ProjectedVolumeSource } from './projected-volume.ts'
import { LocalObjectReference } from './references.ts'
import { DownwardAPIVolumeFile, KeyToPath } from './volume-files.ts'
import {
  AWSElasticBlockStoreVolumeSource,
  AzureDiskVolumeSource,
  AzureFileVolumeSource,
  CephFSVolumeSource,
  CinderVolumeSource,
  FCVolumeSource,
  FlexVolumeSource,
  FlockerVolumeSource,
  GCEPersistentDiskVolumeSource,
  GlusterfsVolumeSource,
  ISCSIVolumeSource,
  PhotonPersistentDiskVolumeSource,
  PortworxVolumeSource,
  QuobyteVolumeSource,
  RBDVolumeSource,
  ScaleIOVolumeSource,
  StorageOSVolumeSource,
  VsphereVirtualDiskVolumeSource,
} from './volume-plugins.ts'

const { boolean, int32, list, map, optional, quantity, required, string, struct } = schema
const pkg = 'io.k8s.api.core.v1'

export const CSIVolumeSource = struct(`${pkg}.CSIVolumeSource`, {
  driver: required(1, string),
  fsType: optional(3, string),
  nodePublishSecretRef: optional(5, LocalObjectReference),
  readOnly: optional(2, boolean),
  volumeAttributes: optional(4, map(string)),
})
export interface CSIVolumeSource extends TypeOf<typeof CSIVolumeSource> {}

export const ConfigMapVolumeSource = struct(`${pkg}.ConfigMapVolumeSource`, {
  defaultMode: optional(3, int32, { default: 420 }),
  items: optional(2, list(KeyToPath), { listType: 'atomic' }),
  name: optional(1, string, { within: [1] }),
  optional: optional(4, boolean),
})
export interface ConfigMapVolumeSource extends TypeOf<typeof ConfigMapVolumeSource> {}

export const DownwardAPIVolumeSource = struct(`${pkg}.DownwardAPIVolumeSource`, {
  defaultMode: optional(2, int32, { default: 420 }),
  items: optional(1, list(DownwardAPIVolumeFile), { listType: 'atomic' }),
})
export interface DownwardAPIVolumeSource extends TypeOf<typeof DownwardAPIVolumeSource> {}

export const EmptyDirVolumeSource = struct(`${pkg}.EmptyDirVolumeSource`, {
  medium: optional(1, string),
  sizeLimit: optional(2, quantity),
})
export interface EmptyDirVolumeSource extends TypeOf<typeof EmptyDirVolumeSource> {}

export const PersistentVolumeClaimTemplate = struct(`${pkg}.PersistentVolumeClaimTemplate`, {
  metadata: optional(1, ObjectMeta),
  spec: required(2, PersistentVolumeClaimSpec),
})
export interface PersistentVolumeClaimTemplate extends TypeOf<typeof PersistentVolumeClaimTemplate> {}

export const EphemeralVolumeSource = struct(`${pkg}.EphemeralVolumeSource`, {
  volumeClaimTemplate: optional(1, PersistentVolumeClaimTemplate),
})
export interface EphemeralVolumeSource extends TypeOf<typeof EphemeralVolumeSource> {}

export const GitRepoVolumeSource = struct(`${pkg}.GitRepoVolumeSource`, {
  directory: optional(3, string),
  repository: required(1, string),
  revision: optional(2, string),
})
export interface GitRepoVolumeSource extends TypeOf<typeof GitRepoVolumeSource> {}

export const HostPathVolumeSource = struct(`${pkg}.HostPathVolumeSource`, {
  path: required(1, string),
  type: optional(2, string, { default: '' }),
})
export interface HostPathVolumeSource extends TypeOf<typeof HostPathVolumeSource> {}

export const ImageVolumeSource = struct(`${pkg}.ImageVolumeSource`, {
  pullPolicy: optional(2, string),
  reference: optional(1, string),
})
export interface ImageVolumeSource extends TypeOf<typeof ImageVolumeSource> {}

export const NFSVolumeSource = struct(`${pkg}.NFSVolumeSource`, {
  path: required(2, string),
  readOnly: optional(3, boolean),
  server: required(1, string),
})
export interface NFSVolumeSource extends TypeOf<typeof NFSVolumeSource> {}

export const PersistentVolumeClaimVolumeSource = struct(`${pkg}.PersistentVolumeClaimVolumeSource`, {
  claimName: required(1, string),
  readOnly: optional(2, boolean),
})
export interface PersistentVolumeClaimVolumeSource extends TypeOf<typeof PersistentVolumeClaimVolumeSource> {}

export const SecretVolumeSource = struct(`${pkg}.SecretVolumeSource`, {
  defaultMode: optional(3, int32, { default: 420 }),
  items: optional(2, list(KeyToPath), { listType: 'atomic' }),
  optional: optional(4, boolean),
  secretName: optional(1, string),
})
export interface SecretVolumeSource extends TypeOf<typeof SecretVolumeSource> {}

export const Volume = struct(`${pkg}.Volume`, {
  awsElasticBlockStore: optional(4, AWSElasticBlockStoreVolumeSource, { within: [2] }),
  azureDisk: optional(22, AzureDiskVolumeSource, { within: [2] }),
  azureFile: optional(18, AzureFileVolumeSource, { within: [2] }),
  cephfs: optional(14, CephFSVolumeSource, { within: [2] }),
  cinder: optional(13, CinderVolumeSource, { within: [2] }),
  configMap: optional(19, ConfigMapVolumeSource, { within: [2] }),
  csi: optional(28, CSIVolumeSource, { within: [2] }),
  downwardAPI: optional(16, DownwardAPIVolumeSource, { within: [2] }),
  emptyDir: optional(2, EmptyDirVolumeSource, { within: [2] }),
  ephemeral: optional(29, EphemeralVolumeSource, { within: [2] }),
  fc: optional(17, FCVolumeSource, { within: [2] }),
  flexVolume: optional(12, FlexVolumeSource, { within: [2] }),
  flocker: optional(15, FlockerVolumeSource, { within: [2] }),
  gcePersistentDisk: optional(3, GCEPersistentDiskVolumeSource, { within: [2] }),
  gitRepo: optional(5, GitRepoVolumeSource, { within: [2] }),
  glusterfs: optional(9, GlusterfsVolumeSource, { within: [2] }),
  hostPath: optional(1, HostPathVolumeSource, { within: [2] }),
  image: optional(30, ImageVolumeSource, { within: [2] }),
  iscsi: optional(8, ISCSIVolumeSource, { within: [2] }),
  name: required(1, string),
  nfs: optional(7, NFSVolumeSource, { within: [2] }),
  persistentVolumeClaim: optional(10, PersistentVolumeClaimVolumeSource, { within: [2] }),
  photonPersistentDisk: optional(23, PhotonPersistentDiskVolumeSource, { within: [2] }),
  portworxVolume: optional(24, PortworxVolumeSource, { within: [2] }),
  projected: optional(26, ProjectedVolumeSource, { within: [2] }),
  quobyte: optional(21, QuobyteVolumeSource, { within: [2] }),
  rbd: optional(11, RBDVolumeSource, { within: [2] }),
  scaleIO: optional(25, ScaleIOVolumeSource, { within: [2] }),
  secret: optional(6, SecretVolumeSource, { within: [2] }),
  storageos: optional(27, StorageOSVolumeSource, { within: [2] }),
  vsphereVolume: optional(20, VsphereVirtualDiskVolumeSource, { within: [2] }),
})
export interface Volume extends TypeOf<typeof Volume> {}
