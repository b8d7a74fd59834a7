import { ObjectMeta, schema } from '@periplus/api'
import type { Kind, TypeOf } from '@periplus/api'
import { defineKind } from '../../describe/define-kind.ts'
import { typeMeta } from '../../describe/type-meta.ts'

const { int64, optional, rawObject, required, struct } = schema

export const ControllerRevisionSchema = struct('io.k8s.api.apps.v1.ControllerRevision', {
  ...typeMeta,
  data: optional(2, rawObject),
  metadata: optional(1, ObjectMeta),
  revision: required(3, int64),
})
export interface ControllerRevision extends TypeOf<typeof ControllerRevisionSchema> {}

export const ControllerRevision: Kind<ControllerRevision> = defineKind({
  group: 'apps',
  version: 'v1',
  kind: 'ControllerRevision',
  resource: 'controllerrevisions',
  namespaced: true,
  schema: ControllerRevisionSchema,
})
