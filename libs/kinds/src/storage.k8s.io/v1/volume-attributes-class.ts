import { ObjectMeta, schema } from '@periplus/api'
import type { Column, Kind, TypeOf } from '@periplus/api'
import { defineKind } from '../../describe/define-kind.ts'
import { typeMeta } from '../../describe/type-meta.ts'
import { ageColumn, column, nameColumn } from '../../describe/columns.ts'

const { map, optional, required, string, struct } = schema

export const VolumeAttributesClassSchema = struct('io.k8s.api.storage.v1.VolumeAttributesClass', {
  ...typeMeta,
  driverName: required(2, string),
  metadata: optional(1, ObjectMeta),
  parameters: optional(3, map(string)),
})
export interface VolumeAttributesClass extends TypeOf<typeof VolumeAttributesClassSchema> {}

const columns: readonly Column<VolumeAttributesClass>[] = [
  nameColumn,
  column('DriverName', 'Whose attributes they are.', ({ driverName }) => driverName),
  ageColumn,
]

export const VolumeAttributesClass: Kind<VolumeAttributesClass> = defineKind({
  group: 'storage.k8s.io',
  version: 'v1',
  kind: 'VolumeAttributesClass',
  resource: 'volumeattributesclasses',
  shortNames: ['vac'],
  namespaced: false,
  schema: VolumeAttributesClassSchema,
  columns,
})
