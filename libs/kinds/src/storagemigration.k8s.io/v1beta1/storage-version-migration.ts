import { ObjectMeta, schema } from '@periplus/api'
import type { Kind, TypeOf } from '@periplus/api'
import { Condition } from '../../apimachinery/meta/v1/condition.ts'
import { GroupResource } from '../../apimachinery/meta/v1/group-resource.ts'
import { defineKind } from '../../describe/define-kind.ts'
import { keepingMetadata } from '../../describe/keeping-metadata.ts'
import { typeMeta } from '../../describe/type-meta.ts'

const { list, optional, required, string, struct } = schema
const pkg = 'io.k8s.api.storagemigration.v1beta1'

export const StorageVersionMigrationSpec = struct(`${pkg}.StorageVersionMigrationSpec`, {
  resource: required(1, GroupResource),
})
export interface StorageVersionMigrationSpec extends TypeOf<typeof StorageVersionMigrationSpec> {}

export const StorageVersionMigrationStatus = struct(`${pkg}.StorageVersionMigrationStatus`, {
  conditions: optional(1, list(Condition), { listType: 'map', keys: ['type'], mergeKey: 'type', patch: 'merge' }),
  resourceVersion: optional(2, string),
})
export interface StorageVersionMigrationStatus extends TypeOf<typeof StorageVersionMigrationStatus> {}

export const StorageVersionMigrationSchema = struct(`${pkg}.StorageVersionMigration`, {
  ...typeMeta,
  metadata: optional(1, ObjectMeta),
  spec: optional(2, StorageVersionMigrationSpec),
  status: optional(3, StorageVersionMigrationStatus),
})
export interface StorageVersionMigration extends TypeOf<typeof StorageVersionMigrationSchema> {}

export const StorageVersionMigration: Kind<StorageVersionMigration> = defineKind({
  group: 'storagemigration.k8s.io',
  version: 'v1beta1',
  kind: 'StorageVersionMigration',
  resource: 'storageversionmigrations',
  namespaced: false,
  schema: StorageVersionMigrationSchema,
  hasStatus: true,
  prepareForStatusUpdate: keepingMetadata,
})
