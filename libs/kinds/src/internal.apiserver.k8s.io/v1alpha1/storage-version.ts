import { ObjectMeta, schema } from '@periplus/api'
import type { Kind, TypeOf } from '@periplus/api'
import { defineKind } from '../../describe/define-kind.ts'
import { keepingMetadata } from '../../describe/keeping-metadata.ts'
import { typeMeta } from '../../describe/type-meta.ts'

const { int64, list, optional, required, string, struct, time } = schema
const pkg = 'io.k8s.api.apiserverinternal.v1alpha1'

export const ServerStorageVersion = struct(`${pkg}.ServerStorageVersion`, {
  apiServerID: required(1, string),
  decodableVersions: required(3, list(string), { listType: 'set' }),
  encodingVersion: required(2, string),
  servedVersions: optional(4, list(string), { listType: 'set' }),
})
export interface ServerStorageVersion extends TypeOf<typeof ServerStorageVersion> {}

export const StorageVersionCondition = struct(`${pkg}.StorageVersionCondition`, {
  lastTransitionTime: optional(4, time),
  message: required(6, string),
  observedGeneration: optional(3, int64),
  reason: required(5, string),
  status: required(2, string),
  type: required(1, string),
})
export interface StorageVersionCondition extends TypeOf<typeof StorageVersionCondition> {}

export const StorageVersionSpec = struct(`${pkg}.StorageVersionSpec`, {})
export interface StorageVersionSpec extends TypeOf<typeof StorageVersionSpec> {}

export const StorageVersionStatus = struct(`${pkg}.StorageVersionStatus`, {
  commonEncodingVersion: optional(2, string),
  conditions: optional(3, list(StorageVersionCondition), { listType: 'map', keys: ['type'] }),
  storageVersions: optional(1, list(ServerStorageVersion), { listType: 'map', keys: ['apiServerID'] }),
})
export interface StorageVersionStatus extends TypeOf<typeof StorageVersionStatus> {}

export const StorageVersionSchema = struct(`${pkg}.StorageVersion`, {
  ...typeMeta,
  metadata: required(1, ObjectMeta),
  spec: optional(2, StorageVersionSpec),
  status: optional(3, StorageVersionStatus),
})
export interface StorageVersion extends TypeOf<typeof StorageVersionSchema> {}

export const StorageVersion: Kind<StorageVersion> = defineKind({
  group: 'internal.apiserver.k8s.io',
  version: 'v1alpha1',
  kind: 'StorageVersion',
  resource: 'storageversions',
  namespaced: false,
  schema: StorageVersionSchema,
  hasStatus: true,
  prepareForStatusUpdate: keepingMetadata,
})
