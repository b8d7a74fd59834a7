import { ObjectMeta, fieldError, schema, controllerOf } from '@periplus/api'
import type { Column, Kind, OwnerReference, TypeOf } from '@periplus/api'
import { defineKind } from '../../describe/define-kind.ts'
import { typeMeta } from '../../describe/type-meta.ts'
import { immutable, nonNegative } from '../../validation/values.ts'
import { ageColumn, column, nameColumn } from '../../describe/columns.ts'

const { int64, optional, rawObject, required, struct } = schema

export const ControllerRevisionSchema = struct('io.k8s.api.apps.v1.ControllerRevision', {
  ...typeMeta,
  data: optional(2, rawObject),
  metadata: optional(1, ObjectMeta),
  revision: required(3, int64),
})
export interface ControllerRevision extends TypeOf<typeof ControllerRevisionSchema> {}

/** `statefulset.apps`, as kubectl names what a revision belongs to. */
const ownerResource = ({ apiVersion, kind }: OwnerReference): string => {
  const slash = apiVersion.indexOf('/')
  return slash < 0 ? kind.toLowerCase() : `${kind.toLowerCase()}.${apiVersion.slice(0, slash)}`
}

const columns: readonly Column<ControllerRevision>[] = [
  nameColumn,
  column('Controller', 'What it is a revision of.', revision => {
    const owner = controllerOf(revision)
    if (!owner) return '<none>'
    return owner.kind ? `${ownerResource(owner)}/${owner.name}` : (owner.name ?? '')
  }),
  column('Revision', 'Its number in the order of revisions.', ({ revision }) => revision),
  ageColumn,
]

export const ControllerRevision: Kind<ControllerRevision> = defineKind({
  group: 'apps',
  version: 'v1',
  kind: 'ControllerRevision',
  resource: 'controllerrevisions',
  namespaced: true,
  schema: ControllerRevisionSchema,
  columns,
  validate: ({ revision }) => nonNegative('revision', revision),
  validateCreate: ({ data }) => (data === undefined ? [fieldError.required('data', 'data is mandatory')] : []),
  validateUpdate: (next, previous) => immutable('data', next.data, previous.data),
})
