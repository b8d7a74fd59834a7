import { schema } from '@periplus/api'
import type { TypeOf } from '@periplus/api'
import { NodeSelector } from '../node-selector.ts'
import {
  AzureFilePersistentVolumeSource,
  CSIPersistentVolumeSource,
  CephFSPersistentVolumeSource,
  CinderPersistentVolumeSource,
  FlexPersistentVolumeSource,
  GlusterfsPersistentVolumeSource,
  ISCSIPersistentVolumeSource,
  LocalVolumeSource,
  RBDPersistentVolumeSource,
  ScaleIOPersistentVolumeSource,
  StorageOSPersistentVolumeSource,
} from '../persistent-volume-plugins.ts'
import { ObjectReference } from '../references.ts'
import {
  AWSElasticBlockStoreVolumeSource,
  AzureDiskVolumeSource,
  FCVolumeSource,
  FlockerVolumeSource,
  GCEPersistentDiskVolumeSource,
  PhotonPersistentDiskVolumeSource,
  PortworxVolumeSource,
  QuobyteVolumeSource,
  VsphereVirtualDiskVolumeSource,
} from '../volume-plugins.ts'
import { HostPathVolumeSource, NFSVolumeSource } from '../volumes.ts'

const { list, map, optional, quantity, string, struct } = schema
const pkg = 'io.k8s.api.core.v1'

export const VolumeNodeAffinity = struct(`${pkg}.VolumeNodeAffinity`, {
  required: optional(1, NodeSelector),
})
export interface VolumeNodeAffinity extends TypeOf<typeof VolumeNodeAffinity> {}

export const PersistentVolumeSpec = struct(`${pkg}.PersistentVolumeSpec`, {
  accessModes: optional(3, list(string), { listType: 'atomic' }),
  awsElasticBlockStore: optional(2, AWSElasticBlockStoreVolumeSource, { within: [2] }),
  azureDisk: optional(16, AzureDiskVolumeSource, { within: [2] }),
  azureFile: optional(13, AzureFilePersistentVolumeSource, { within: [2] }),
  capacity: optional(1, map(quantity)),
  cephfs: optional(9, CephFSPersistentVolumeSource, { within: [2] }),
  cinder: optional(8, CinderPersistentVolumeSource, { within: [2] }),
  claimRef: optional(4, ObjectReference, { mapType: 'granular' }),
  csi: optional(22, CSIPersistentVolumeSource, { within: [2] }),
  fc: optional(10, FCVolumeSource, { within: [2] }),
  flexVolume: optional(12, FlexPersistentVolumeSource, { within: [2] }),
  flocker: optional(11, FlockerVolumeSource, { within: [2] }),
  gcePersistentDisk: optional(1, GCEPersistentDiskVolumeSource, { within: [2] }),
  glusterfs: optional(4, GlusterfsPersistentVolumeSource, { within: [2] }),
  hostPath: optional(3, HostPathVolumeSource, { within: [2] }),
  iscsi: optional(7, ISCSIPersistentVolumeSource, { within: [2] }),
  local: optional(20, LocalVolumeSource, { within: [2] }),
  mountOptions: optional(7, list(string), { listType: 'atomic' }),
  nfs: optional(5, NFSVolumeSource, { within: [2] }),
  nodeAffinity: optional(9, VolumeNodeAffinity),
  persistentVolumeReclaimPolicy: optional(5, string, { default: 'Retain' }),
  photonPersistentDisk: optional(17, PhotonPersistentDiskVolumeSource, { within: [2] }),
  portworxVolume: optional(18, PortworxVolumeSource, { within: [2] }),
  quobyte: optional(15, QuobyteVolumeSource, { within: [2] }),
  rbd: optional(6, RBDPersistentVolumeSource, { within: [2] }),
  scaleIO: optional(19, ScaleIOPersistentVolumeSource, { within: [2] }),
  storageClassName: optional(6, string),
  storageos: optional(21, StorageOSPersistentVolumeSource, { within: [2] }),
  volumeAttributesClassName: optional(10, string),
  volumeMode: optional(8, string, { default: 'Filesystem' }),
  vsphereVolume: optional(14, VsphereVirtualDiskVolumeSource, { within: [2] }),
})
export interface PersistentVolumeSpec extends TypeOf<typeof PersistentVolumeSpec> {}
