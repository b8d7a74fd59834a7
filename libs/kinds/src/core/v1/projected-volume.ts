import { schema } from '@periplus/api'
import type { TypeOf } from '@periplus/api'
import { LabelSelector } from '../../apimachinery/meta/v1/label-selector.ts'
import { DownwardAPIVolumeFile, KeyToPath } from './volume-files.ts'

const { boolean, int32, int64, list, map, optional, required, string, struct } = schema
const pkg = 'io.k8s.api.core.v1'

export const ClusterTrustBundleProjection = struct(`${pkg}.ClusterTrustBundleProjection`, {
  labelSelector: optional(3, LabelSelector),
  name: optional(1, string),
  optional: optional(5, boolean),
  path: required(4, string),
  signerName: optional(2, string),
})
export interface ClusterTrustBundleProjection extends TypeOf<typeof ClusterTrustBundleProjection> {}

export const ConfigMapProjection = struct(`${pkg}.ConfigMapProjection`, {
  items: optional(2, list(KeyToPath), { listType: 'atomic' }),
  name: optional(1, string, { within: [1] }),
  optional: optional(4, boolean),
})
export interface ConfigMapProjection extends TypeOf<typeof ConfigMapProjection> {}

export const DownwardAPIProjection = struct(`${pkg}.DownwardAPIProjection`, {
  items: optional(1, list(DownwardAPIVolumeFile), { listType: 'atomic' }),
})
export interface DownwardAPIProjection extends TypeOf<typeof DownwardAPIProjection> {}

export const PodCertificateProjection = struct(`${pkg}.PodCertificateProjection`, {
  certificateChainPath: optional(6, string),
  credentialBundlePath: optional(4, string),
  keyPath: optional(5, string),
  keyType: required(2, string),
  maxExpirationSeconds: optional(3, int32),
  signerName: required(1, string),
  userAnnotations: optional(7, map(string)),
})
export interface PodCertificateProjection extends TypeOf<typeof PodCertificateProjection> {}

export const SecretProjection = struct(`${pkg}.SecretProjection`, {
  items: optional(2, list(KeyToPath), { listType: 'atomic' }),
  name: optional(1, string, { within: [1] }),
  optional: optional(4, boolean),
})
export interface SecretProjection extends TypeOf<typeof SecretProjection> {}

export const ServiceAccountTokenProjection = struct(`${pkg}.ServiceAccountTokenProjection`, {
  audience: optional(1, string),
  expirationSeconds: optional(2, int64, { default: 3600 }),
  path: required(3, string),
})
export interface ServiceAccountTokenProjection extends TypeOf<typeof ServiceAccountTokenProjection> {}

export const VolumeProjection = struct(`${pkg}.VolumeProjection`, {
  clusterTrustBundle: optional(5, ClusterTrustBundleProjection),
  configMap: optional(3, ConfigMapProjection),
  downwardAPI: optional(2, DownwardAPIProjection),
  podCertificate: optional(6, PodCertificateProjection),
  secret: optional(1, SecretProjection),
  serviceAccountToken: optional(4, ServiceAccountTokenProjection),
})
export interface VolumeProjection extends TypeOf<typeof VolumeProjection> {}

export const ProjectedVolumeSource = struct(`${pkg}.ProjectedVolumeSource`, {
  defaultMode: optional(2, int32, { default: 420 }),
  sources: optional(1, list(VolumeProjection), { listType: 'atomic' }),
})
export interface ProjectedVolumeSource extends TypeOf<typeof ProjectedVolumeSource> {}
