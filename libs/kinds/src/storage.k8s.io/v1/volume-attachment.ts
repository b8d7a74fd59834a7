import { ObjectMeta, schema } from '@periplus/api'
import type { Column, Kind, TypeOf } from '@periplus/api'
import { PersistentVolumeSpec } from '../../core/v1/persistent-volume/spec.ts'
import { defineKind } from '../../describe/define-kind.ts'
import { keepingMetadata } from '../../describe/keeping-metadata.ts'
import { within } from '../../validation/values.ts'
import { typeMeta } from '../../describe/type-meta.ts'
import { ageColumn, column, nameColumn } from '../../describe/columns.ts'

const { boolean, int32, map, optional, required, string, struct, time } = schema
const pkg = 'io.k8s.api.storage.v1'

export const VolumeAttachmentSource = struct(`${pkg}.VolumeAttachmentSource`, {
  inlineVolumeSpec: optional(2, PersistentVolumeSpec),
  persistentVolumeName: optional(1, string),
})
export interface VolumeAttachmentSource extends TypeOf<typeof VolumeAttachmentSource> {}

export const VolumeAttachmentSpec = struct(`${pkg}.VolumeAttachmentSpec`, {
  attacher: required(1, string),
  nodeName: required(3, string),
  source: required(2, VolumeAttachmentSource),
})
export interface VolumeAttachmentSpec extends TypeOf<typeof VolumeAttachmentSpec> {}

export const VolumeError = struct(`${pkg}.VolumeError`, {
  errorCode: optional(3, int32),
  message: optional(2, string),
  time: optional(1, time),
})
export interface VolumeError extends TypeOf<typeof VolumeError> {}

export const VolumeAttachmentStatus = struct(`${pkg}.VolumeAttachmentStatus`, {
  attachError: optional(3, VolumeError),
  attached: required(1, boolean),
  attachmentMetadata: optional(2, map(string)),
  detachError: optional(4, VolumeError),
})
export interface VolumeAttachmentStatus extends TypeOf<typeof VolumeAttachmentStatus> {}

export const VolumeAttachmentSchema = struct(`${pkg}.VolumeAttachment`, {
  ...typeMeta,
  metadata: optional(1, ObjectMeta),
  spec: required(2, VolumeAttachmentSpec),
  status: optional(3, VolumeAttachmentStatus),
})
export interface VolumeAttachment extends TypeOf<typeof VolumeAttachmentSchema> {}

const columns: readonly Column<VolumeAttachment>[] = [
  nameColumn,
  column('Attacher', 'Who attaches it.', ({ spec }) => spec.attacher),
  column('PV', 'The volume.', ({ spec }) => spec.source.persistentVolumeName ?? ''),
  column('Node', 'Where to.', ({ spec }) => spec.nodeName),
  column('Attached', 'Whether it is.', ({ status }) => status?.attached ?? false, 'boolean'),
  ageColumn,
]

export const VolumeAttachment: Kind<VolumeAttachment> = defineKind({
  group: 'storage.k8s.io',
  version: 'v1',
  kind: 'VolumeAttachment',
  resource: 'volumeattachments',
  namespaced: false,
  schema: VolumeAttachmentSchema,
  hasStatus: true,
  validateStatusUpdate: ({ status }) => [
    ...within('status.attachError.errorCode', status?.attachError?.errorCode, 0),
    ...within('status.detachError.errorCode', status?.detachError?.errorCode, 0),
  ],
  prepareForStatusUpdate: keepingMetadata,
  columns,
})
