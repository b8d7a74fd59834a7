import { ObjectMeta, schema } from '@periplus/api'
import type { Kind, TypeOf } from '@periplus/api'
import { LabelSelector } from '../../apimachinery/meta/v1/label-selector.ts'
import { defineKind } from '../../describe/define-kind.ts'
import { typeMeta } from '../../describe/type-meta.ts'

const { optional, quantity, required, string, struct } = schema

export const CSIStorageCapacitySchema = struct('io.k8s.api.storage.v1.CSIStorageCapacity', {
  ...typeMeta,
  capacity: optional(4, quantity),
  maximumVolumeSize: optional(5, quantity),
  metadata: optional(1, ObjectMeta),
  nodeTopology: optional(2, LabelSelector),
  storageClassName: required(3, string),
})
export interface CSIStorageCapacity extends TypeOf<typeof CSIStorageCapacitySchema> {}

export const CSIStorageCapacity: Kind<CSIStorageCapacity> = defineKind({
  group: 'storage.k8s.io',
  version: 'v1',
  kind: 'CSIStorageCapacity',
  resource: 'csistoragecapacities',
  namespaced: true,
  schema: CSIStorageCapacitySchema,
})
